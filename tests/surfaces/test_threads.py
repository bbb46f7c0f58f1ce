"""Threads and posts: who is let in, and that hidden and missing are the same."""

from uuid import uuid4

import pytest
from django.urls import reverse

from forum.moderation.actions import hide_post
from tests.factories import SUPPORT
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import (
    ALL,
    ANIMATE,
    ONLY_READ,
    POST_GET,
    POST_POST,
    READERS,
    SIGNATORIES,
    THREAD_GET,
    THREAD_POST,
    WRITING,
)


@pytest.fixture
def not_there():
    """Addresses and methods where a first role was answered 404 of what is missing."""
    return set()


@pytest.mark.deep
@for_each_role
def test_hidden_and_missing_give_the_same_404(role, people, canaries, client_of, not_there):
    """Each role in each space that few read, at every address; elsewhere at every third.

    Every role is at every address of one hidden thread in ``test_hidden_things``. What is
    missing is asked for as there.
    """
    client, missing, turn = client_of(role), set(), sorted(ALL).index(role)
    for place, (name, thread) in enumerate(canaries.threads.items()):
        shown = role in READERS[name]
        post = thread.posts.get(number=2)
        asked = [(s, "get", thread.pk) for s in THREAD_GET]
        asked += [(s, "get", post.pk) for s in POST_GET]
        if not shown:
            asked += [(s, "post", thread.pk) for s in THREAD_POST]
            asked += [(s, "post", post.pk) for s in POST_POST]
        if not shown or name in {"public", "network"}:
            asked = asked[(place + turn) % 3 :: 3]
        for surface, method, pk in asked:
            answer = getattr(client, method)(reverse(surface, args=[pk]), {"after": 0})
            if surface in WRITING and role in {"guest", "suspended"}:
                assert answer.status_code == {"guest": 302, "suspended": 403}[role]
            else:
                assert (answer.status_code != 404) == shown, (name, surface, method)
            if shown or (body(answer) in missing and (surface, method) in not_there):
                continue
            nothing = reverse(surface, args=[9_999_999])
            there = getattr(client, method)(nothing, {"after": 0})
            assert body(answer) == body(there), (name, surface, method)
            if there.status_code == 404:
                missing.add(body(there))
                not_there.add((surface, method))


@pytest.mark.deep
@for_each_role
def test_a_hidden_post_is_read_by_its_author_and_the_animators_who_read_its_space(
    role, people, canaries, client_of, viewer_of
):
    thread = canaries.threads[SUPPORT]
    post = thread.posts.get(number=2)
    hide_post(post, viewer_of(people.animator), "Hors sujet")
    client = client_of(role)

    for surface, method in [("hidden-post", "get"), ("restore-post", "post")]:
        why = {"ending_reason": "À sa place."}
        answer = getattr(client, method)(reverse(surface, args=[post.pk]), why)
        if role in ANIMATE:
            assert answer.status_code in (200, 302)
            if surface == "restore-post":
                hide_post(post, viewer_of(people.animator), "Hors sujet")
        elif role == "support":
            assert answer.status_code == (200 if surface == "hidden-post" else 403)
        else:
            missing = getattr(client, method)(reverse(surface, args=[9_999_999]), why)
            assert answer.status_code == 404 and body(answer) == body(missing)


@pytest.mark.deep
@for_each_role
def test_what_one_only_reads_is_never_written_in(role, people, canaries, spaces, client_of):
    client = client_of(role)
    for name in (name for name, readers in READERS.items() if role in readers):
        thread, only_read = canaries.threads[name], (role, name) in ONLY_READ
        page = client.get(thread.get_absolute_url()).content.decode()
        sent = {
            "text": "Une réponse",
            "idempotency_key": uuid4(),
            "title": "Un fil de plus ici",
        }
        sent |= {"kind": "question", "topic": "bois-energie", "space": spaces[name].slug}
        if role in SIGNATORIES:
            answer = client.post(reverse("replies", args=[thread.pk]), sent)
            assert answer.status_code == (403 if only_read else 302), name
            started = client.post(reverse("new-thread"), sent | {"idempotency_key": uuid4()})
            assert started.status_code == (422 if only_read else 302), name
        assert ('id="repondre"' in page) == (role in SIGNATORIES and not only_read), name


@for_each_role
def test_writing_is_for_signatories(role, people, spaces, client_of):
    client = client_of(role)

    answer = client.get(reverse("new-thread"))

    if role in SIGNATORIES:
        assert answer.status_code == 200
    elif role == "suspended":
        assert answer.status_code == 403
    elif role == "guest":
        assert answer.status_code == 302 and "/compte/login/" in answer["Location"]
    else:
        assert answer.status_code == 302 and "/charte/" in answer["Location"]
    preview = client.post(reverse("preview"), {"text": "**gras**"})
    expected = 403 if role in {"guest", "suspended"} else 200
    assert preview.status_code == expected
