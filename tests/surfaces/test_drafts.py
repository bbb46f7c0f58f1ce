"""Drafts, role by role: one's own alone, and no word of a thread that one does not read."""

from uuid import uuid4

import pytest
from django.urls import reverse

from forum.conversation.drafts.models import PostDraft
from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import ALL, READERS, WRITER


@pytest.mark.deep
@for_each_role
def test_nobody_is_given_another_s_draft(role, canaries, people, client_of):
    client = client_of(role)
    for name, thread in canaries.threads.items():
        writer = getattr(people, WRITER[name])
        if getattr(people, role) == writer:
            continue
        words = f"brouillon{uuid4().hex[:6]}"
        about = {"person": writer, "thread": thread, "title": words, "text": words}
        draft = PostDraft.objects.create(key=uuid4(), **about)
        going_on = f"?draft={draft.key}"
        for page in (reverse("replies", args=[thread.pk]), reverse("new-thread")):
            assert words not in client.get(page + going_on, follow=True).text, name
        assert words not in client.get(reverse("drafts"), follow=True).text, name
        assert str(draft.key) not in client.get(thread.get_absolute_url()).text, name
        client.post(reverse("delete-draft", args=[draft.key]))
        assert PostDraft.objects.filter(pk=draft.pk).exists(), name


@for_each_role(but=ALL - {"support", "lapsed", "group"})
def test_the_list_of_one_s_drafts_names_what_one_reads_and_nothing_else(
    role, canaries, people, client_of
):
    check_list(role, canaries, people, client_of)


@pytest.mark.deep
@for_each_role(but={"guest", "suspended", "support", "lapsed", "group"})
def test_so_do_those_of_all_others(role, canaries, people, client_of):
    check_list(role, canaries, people, client_of)


def check_list(role, canaries, people, client_of):
    """Each role has a draft about a thread of every space."""
    person = getattr(people, role)
    for thread in canaries.threads.values():
        PostDraft.objects.create(person=person, key=uuid4(), thread=thread, text="À suivre")
    page = client_of(role).get(reverse("drafts")).text

    for name, word in canaries.words.items():
        assert (word in page) == (role in READERS[name]), name
    assert "À suivre" in page
