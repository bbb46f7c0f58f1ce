"""Similar threads, for every role: they name what one reads, and tell of nothing else."""

import re

import pytest
from django.urls import reverse

from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import READERS


@pytest.mark.deep
@for_each_role
def test_what_one_types_finds_what_one_reads_and_otherwise_what_a_word_of_nobodys_does(
    role, canaries, client_of
):
    client, address = client_of(role), reverse("similar-to-title")

    def answer(title):
        return client.post(address, {"title": title, "tags": title, "part": "list"})

    for name, word in canaries.words.items():
        found = answer(f"{word} titre")
        if role in {"guest", "suspended"}:
            assert found.status_code == 403
        elif role in READERS[name]:
            assert canaries.threads[name].get_absolute_url() in found.text, name
        else:
            nobodys = re.sub(r"\w", "z", word)
            assert found.text == answer(f"{nobodys} titre").text, name
            assert answer(word).text == answer(nobodys).text, name


@pytest.mark.deep
@for_each_role
def test_under_a_thread_stands_nothing_that_one_does_not_read(role, canaries, client_of):
    client = client_of(role)
    hidden = {word for name, word in canaries.words.items() if role not in READERS[name]}
    for name, thread in canaries.threads.items():
        found = client.get(reverse("similar-threads", args=[thread.pk]))
        assert found.status_code == (200 if role in READERS[name] else 404), name
        assert {word for word in hidden if word in found.text} == set(), name
