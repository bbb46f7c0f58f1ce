"""Bookmarks, role by role: one's own alone, and no word of what one does not read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.inbox.queries import notifications_of
from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import ALL, READERS, WRITER


@pytest.mark.deep
@for_each_role
def test_nobody_is_given_another_s_bookmark(role, canaries, people, client_of):
    client = client_of(role)
    for name, thread in canaries.threads.items():
        writer = getattr(people, WRITER[name])
        if getattr(people, role) == writer:
            continue
        words = f"note{uuid4().hex[:6]}"
        about = {"person": writer, "post": thread.posts.get(number=2), "note": words}
        row = Bookmark.objects.create(**about)
        form = reverse("edit-bookmark", args=[row.pk])
        for page in (form, reverse("bookmarks"), thread.get_absolute_url()):
            assert words not in client.get(page, follow=True).text, name
        client.post(form, {"note": "À moi."})
        client.post(reverse("bookmarks"), {"remove": row.post_id})
        client.post(reverse("remove-bookmark", args=[row.post_id]))
        assert Bookmark.objects.filter(**about).exists(), name


@for_each_role(but=ALL - {"support", "lapsed", "suspended"})
def test_what_one_keeps_names_what_one_reads_and_nothing_else(
    role, canaries, people, client_of, viewer_of
):
    check_bookmarks(role, canaries, people, client_of, viewer_of)


@pytest.mark.deep
@for_each_role(but={"guest", "support", "lapsed", "suspended"})
def test_so_do_those_of_all_others(role, canaries, people, client_of, viewer_of):
    check_bookmarks(role, canaries, people, client_of, viewer_of)


def check_bookmarks(role, canaries, people, client_of, viewer_of):
    """Each role once kept a post of every space, and a reminder of it has come."""
    person = getattr(people, role)
    yesterday = timezone.localdate() - timedelta(days=1)
    rows = [
        Bookmark(
            person=person, post=thread.posts.get(number=2), note="À suivre", remind_on=yesterday
        )
        for thread in canaries.threads.values()
    ]
    Bookmark.objects.bulk_create(rows)
    told = str([one.text for one in notifications_of(person, viewer_of(person))])
    for name, word in canaries.words.items():
        assert (f"Titre {word}" in told) == (role in READERS[name]), name
    if role == "suspended":
        assert client_of(role).get(reverse("bookmarks")).status_code == 403
        return
    forms = [reverse("edit-bookmark", args=[row.pk]) for row in Bookmark.objects.all()]
    pages = [reverse("bookmarks"), *forms]
    text = "".join(client_of(role).get(page).text for page in pages)
    for name, word in canaries.words.items():
        assert (word in text) == (role in READERS[name]), name
    assert "À suivre" in text
