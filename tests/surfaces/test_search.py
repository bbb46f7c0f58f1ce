"""Searches, by every role: what one reads is found, and nothing tells of anything else."""

import re

import pytest
from django.urls import reverse

from accounts.viewers.viewers import GUEST
from forum.base.search_index.reindexing.actions import learn_next_words
from tests.forum.finding.search_helpers import found
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import READERS

#: By the page, as a near miss, as a filter, and by what is proposed.
ASKED = [
    ("search", "{}"),
    ("search", "{}x"),
    ("search", "mot:{}"),
    ("search-suggestions", "{}"),
]


@for_each_role
def test_each_finds_the_threads_that_they_read(role, people, canaries, viewer_of):
    person = getattr(people, role)
    viewer = viewer_of(person) if person else GUEST
    for name, word in canaries.words.items():
        shown = [canaries.threads[name].pk] if role in READERS[name] else []
        assert found(viewer, word) == shown, name


@pytest.mark.deep
@for_each_role
def test_threads_are_proposed_for_links_where_one_reads_and_all_who_read_there_read_them(
    role, canaries, client_of
):
    client, address = client_of(role), reverse("search-suggestions")
    for name, thread in canaries.threads.items():
        for other, word in canaries.words.items():
            answer = client.get(address, {"q": word, "thread": thread.pk})
            if role not in READERS[name]:
                assert answer.status_code in (403, 404), name
                continue
            is_read_by_all = thread.space.is_within(canaries.threads[other].space)
            is_told = other != name and role in READERS[other] and is_read_by_all
            assert bool(answer.json()["threads"]) == is_told, (name, other)


@pytest.mark.deep
@for_each_role
def test_a_word_that_one_does_not_read_is_answered_as_one_that_nobody_wrote(
    role, canaries, client_of
):
    learn_next_words()
    client = client_of(role)
    hidden = [word for name, word in canaries.words.items() if role not in READERS[name]]
    for word in hidden[:1]:
        nobodys = re.sub(r"\w", "z", word)
        for name, asked in ASKED:
            answers = [
                body(client.get(reverse(name), {"q": asked.format(it)}, follow=True))
                for it in (word, nobodys)
            ]
            assert answers[0].replace(word, "") == answers[1].replace(nobodys, ""), asked
