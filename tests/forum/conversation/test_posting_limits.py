"""Nobody posts more in a while than people write by hand, alone or with others."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.threads import actions
from forum.conversation.threads.posting_limits import (
    POST_LIMITS,
    STOPPED,
    THREAD_LIMITS,
    TooOften,
)
from forum.models import Post, Thread
from tests.factories import AUTHORITIES, create_seat, post_reply, start_thread

pytestmark = pytest.mark.usefixtures("charter")
TEXT = "Chez nous, la chaufferie est en régie depuis trois ans."


@pytest.fixture
def mina(make_person):
    """Whose seat waits to be confirmed."""
    return make_person("Mina Attente", AUTHORITIES, confirmed=False)


@pytest.fixture
def thread(thread, spaces):
    """A thread where those whose seat waits may write too."""
    thread.space = spaces["public"]
    thread.save(update_fields=["space"])
    return thread


@pytest.fixture
def wrote():
    """Have a person write in a thread so many times, so many minutes ago."""

    def wrote(person, thread, times, minutes=1):
        last = thread.posts.latest("number")
        made = Post.objects.bulk_create(
            Post(
                thread=thread, number=last.number + n, author=person, text=f"Réponse {n}",
                seat_id=viewer_of_person(person).seat_id, idempotency_key=uuid4(),
                created_at=last.created_at - timedelta(minutes=minutes),
            )
            for n in range(1, times + 1)
        )  # fmt: skip
        Thread.objects.filter(pk=thread.pk).update(post_count=made[-1].number)

    return wrote


def limit(is_confirmed, index, limits=POST_LIMITS):
    return limits[is_confirmed][index].number


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_who_has_written_much_is_told_when_they_may_go_on_and_keeps_the_text(
    is_confirmed, jeanne, mina, thread, wrote, browser_of
):
    author = jeanne if is_confirmed else mina
    page, address = browser_of(author), reverse("replies", args=[thread.pk])
    wrote(author, thread, limit(is_confirmed, 0) - 1, minutes=7)
    assert page.post(address, {"text": TEXT, "idempotency_key": uuid4()}).status_code == 302

    more = {"text": f"{TEXT} Encore.", "idempotency_key": uuid4()}
    answer = page.post(address, more)
    assert answer.status_code == 429
    assert "de nouveau dans 3\N{NO-BREAK SPACE}minutes" in answer.text
    assert f"{TEXT} Encore." in answer.text

    answer = page.post(address, more, headers={"X-Seen": "1"})
    assert answer.status_code == 429 and "dans 3" in answer.json()["errors"]["text"][0]


def test_the_posts_of_a_day_count_as_well(jeanne, thread, wrote):
    wrote(jeanne, thread, limit(True, 1), minutes=60 * 20)

    with pytest.raises(TooOften, match="dans 4\N{NO-BREAK SPACE}heures"):
        post_reply(jeanne, thread)


def test_what_is_longer_ago_does_not_count(jeanne, thread, wrote):
    wrote(jeanne, thread, limit(True, 0), minutes=11)
    wrote(jeanne, thread, limit(True, 1), minutes=60 * 25)

    assert post_reply(jeanne, thread).pk


def test_all_who_wait_for_a_seat_in_one_organisation_are_bounded_together(
    mina, jeanne, thread, make_person, wrote
):
    town, others = mina.seats.get().organisation, []
    for n in range(3):
        others.append(make_person(f"Complice {n}"))
        create_seat(others[-1], AUTHORITIES, organisation=town, confirmed=False)
    each = limit(False, 2) // 3 + 1
    assert each < limit(False, 0)
    for other in others:
        wrote(other, thread, each)

    with pytest.raises(TooOften, match="de votre organisation"):
        post_reply(mina, thread)
    assert post_reply(jeanne, thread).pk  # Others are not concerned.


def test_strangers_do_not_silence_the_members_of_the_organisation_they_name(
    claire, thread, make_person, wrote
):
    stranger = make_person("Complice")
    town = claire.seats.get().organisation
    create_seat(stranger, AUTHORITIES, organisation=town, confirmed=False)
    wrote(stranger, thread, limit(False, 3))

    assert post_reply(claire, thread).pk


def test_the_members_of_an_organisation_are_bounded_together(
    claire, thread, make_person, wrote
):
    for n in range(5):
        other = make_person(f"Collègue {n}")
        create_seat(other, AUTHORITIES, organisation=claire.seats.get().organisation)
        wrote(other, thread, limit(True, 2) // 5)

    with pytest.raises(TooOften, match="de votre organisation"):
        post_reply(claire, thread)


def test_threads_have_a_limit_of_their_own(mina, spaces, browser_of, topics):
    for n in range(limit(False, 0, THREAD_LIMITS)):
        start_thread(mina, spaces["public"], title=f"Question numéro {n} ?")
    form = {
        "kind": "question", "title": "Et une de plus ?", "text": TEXT, "topic": "bois-energie",
        "space": "place-publique", "tags": "", "idempotency_key": uuid4(),
    }  # fmt: skip
    answer = browser_of(mina).post(reverse("new-thread"), form)

    assert answer.status_code == 429
    assert "de nouveau dans 10" in answer.text and TEXT in answer.text
    assert not Thread.objects.filter(title="Et une de plus ?").exists()


def test_what_is_sent_again_at_the_limit_leads_to_what_stands(
    jeanne, thread, wrote, browser_of
):
    post = post_reply(jeanne, thread, TEXT)
    wrote(jeanne, thread, limit(True, 0))

    assert post_reply(jeanne, thread, TEXT).pk == post.pk


def test_a_program_that_goes_on_is_refused_without_a_look_at_the_thread(
    jeanne, thread, wrote, browser_of, monkeypatch, django_assert_max_num_queries
):
    page, address = browser_of(jeanne), reverse("replies", args=[thread.pk])
    wrote(jeanne, thread, limit(True, 0))
    sent = {"text": TEXT, "idempotency_key": uuid4()}
    first = page.post(address, sent, headers={"X-Seen": "1"})
    monkeypatch.setattr(actions, "post_reply", None)  # It is not asked again.
    with django_assert_max_num_queries(3):
        again = page.post(address, sent, headers={"X-Seen": "1"})

    assert (first.status_code, again.status_code) == (429, 429)
    assert first.json()["errors"] == again.json()["errors"]


def test_who_may_start_no_more_threads_still_replies(mina, spaces, browser_of):
    threads = [start_thread(mina, spaces["public"], title=f"Question {n} ?") for n in range(3)]
    with pytest.raises(TooOften):
        start_thread(mina, spaces["public"])
    sent = {"text": TEXT, "idempotency_key": uuid4()}
    address = reverse("replies", args=[threads[0].pk])

    assert browser_of(mina).post(address, sent).status_code == 302


def test_who_was_stopped_goes_on_once_it_is_over(jeanne, thread, wrote, browser_of):
    wrote(jeanne, thread, limit(True, 0))
    with pytest.raises(TooOften):
        post_reply(jeanne, thread)
    Post.objects.filter(author=jeanne).delete()
    at, end, is_shared = STOPPED[jeanne.pk, False]
    STOPPED[jeanne.pk, False] = at - timedelta(seconds=31), end, is_shared
    sent = {"text": TEXT, "idempotency_key": uuid4()}

    page, address = browser_of(jeanne), reverse("replies", args=[thread.pk])
    assert page.post(address, sent).status_code == 302


def test_edits_are_limited_and_keep_the_text(mina, thread, browser_of):
    post, page = post_reply(mina, thread), browser_of(mina)
    address = reverse("edit-post", args=[post.pk])
    for version in range(1, 16):
        sent = {"text": f"{TEXT} ({version})", "version": version}
        assert page.post(address, sent).status_code == 302
    answer = page.post(address, {"text": f"{TEXT} Fin.", "version": 16})

    assert answer.status_code == 429
    assert "dans 10" in answer.text and f"{TEXT} Fin." in answer.text


def test_changes_of_a_thread_are_limited(claire, thread, browser_of, monkeypatch):
    from forum.conversation.threads.views import editing

    monkeypatch.setattr(editing, "_EDITS", type(editing._EDITS)("edit", "1/h/key", "1/h/key"))
    page, address = browser_of(claire), reverse("edit-thread", args=[thread.pk])
    sent = {"title": "Un autre titre", "topic": "bois-energie", "kind": "question", "tags": ""}
    answers = [page.post(address, sent).status_code for _n in range(2)]

    assert answers == [302, 429]


def test_accepting_and_taking_back_are_limited(claire, jeanne, thread, browser_of):
    post, page = post_reply(jeanne, thread), browser_of(claire)
    accept = reverse("accept-answer", args=[post.pk])
    unaccept = reverse("unaccept-answer", args=[thread.pk])
    for _n in range(15):
        page.post(accept)
        page.post(unaccept)
    answer = page.post(accept, follow=True)

    assert "Réessayez dans 10" in answer.text
    assert Thread.objects.get(pk=thread.pk).accepted_id is None
    assert browser_of(None).post(unaccept).status_code == 403
