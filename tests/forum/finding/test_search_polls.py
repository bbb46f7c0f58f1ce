"""Searches find threads by the words of their polls, for who reads these threads."""

import pytest
from django.urls import reverse

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index.reindexing.actions import begin_again, threads_indexed
from forum.conversation.consultations.actions import remove
from forum.conversation.polls import actions
from forum.conversation.polls.models import PollValues
from forum.finding.search.suggestions import suggestions
from forum.members.closing.tasks import close_due_accounts
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, SUPPORT, post_reply, start_thread
from tests.forum.conversation.poll_helpers import add_poll, vote
from tests.forum.finding.search_helpers import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

QUESTION, CHOICES = "Quelle trancheuse louer\u202f?", "La Hydrobroyeuse\nAucune"


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Achat groupé", text="On en parle.")


def poll_in(thread, person, **about):
    return add_poll(thread, person, **({"question": QUESTION, "choices": CHOICES} | about))


def test_a_thread_is_found_by_question_and_choices_with_its_title_and_posts_stay_as_they_were(
    thread, claire, viewer_of
):
    post_reply(claire, thread, text="Rien de tel ici.")
    poll_in(thread, claire)
    viewer = viewer_of(claire)
    for typed in "trancheuse", "hydrobroyeuses", '"trancheuse louer"', "trancheuse achat":
        assert found(viewer, typed) == [thread.pk]
    assert found(viewer, "sondage trancheuse") == [thread.pk]
    assert found(viewer, "trancheuse -hydrobroyeuse") == []
    assert found(viewer, "achat groupé") == [thread.pk]


def test_what_a_poll_asks_weighs_less_than_a_post_and_proposes_no_thread(
    thread, claire, spaces, viewer_of
):
    poll_in(thread, claire)
    text = "Nous avons loué une trancheuse, avec la commune voisine, pour deux semaines."
    other = start_thread(claire, spaces["network"], title="Haies", text=text)

    assert found(viewer_of(claire), "trancheuse") == [other.pk, thread.pk]
    proposed = suggestions(viewer_of(claire), "trancheuse")["threads"]
    assert proposed == []


def test_its_row_shows_the_words_of_the_poll_as_such(thread, claire, browser_of):
    poll_in(thread, claire)
    page = browser_of(claire).get(reverse("search"), {"q": "hydrobroyeuse"}).text
    assert "Sondage : Quelle trancheuse louer ? · La" in page.replace("\u00a0", " ").replace(
        "\u202f", " "
    )
    assert "<mark>Hydrobroyeuse</mark>" in page


def test_who_does_not_read_the_thread_finds_nothing(claire, spaces, make_person, viewer_of):
    poll_in(start_thread(claire, spaces[AUTHORITIES]), claire)
    assert found(viewer_of(claire), "trancheuse")
    for other in make_person("Omar Autre", SUPPORT), None:
        assert found(viewer_of(other), "trancheuse") == []


def test_no_votes_are_searched(thread, claire, jeanne, viewer_of):
    poll = poll_in(thread, claire, is_named=True)
    vote(poll, jeanne, 1)
    assert found(viewer_of(claire), "jeanne") == []


def test_what_it_no_longer_says_finds_it_no_more(thread, claire, jeanne, lucie, viewer_of):
    viewer = viewer_of(claire)
    poll = poll_in(thread, claire)
    values = PollValues("Une pelle\u202f?", CHOICES)
    actions.edit_poll(poll, viewer_of_person(claire), values)
    assert found(viewer, "trancheuse") == [] and found(viewer, "pelle") == [thread.pk]
    vote(poll, jeanne, 1)
    remove(poll, viewer_of_person(lucie), "Hors sujet")
    assert found(viewer, "pelle") == []
    remove(poll_in(thread, claire), viewer_of_person(claire))
    assert found(viewer, "trancheuse") == []


def test_merged_it_is_found_in_the_other_thread(
    thread, claire, jeanne, lucie, spaces, viewer_of
):
    other = start_thread(jeanne, spaces["network"], title="Un autre")
    poll_in(thread, claire)
    merge_threads(thread, other, viewer_of_person(lucie))
    assert found(viewer_of(claire), "trancheuse") == [other.pk]


def test_the_index_made_anew_has_it_still(thread, claire, viewer_of):
    poll_in(thread, claire)
    begin_again()
    list(threads_indexed())
    assert found(viewer_of(claire), "trancheuse") == [thread.pk]


def test_the_name_of_somebody_who_left_finds_it_no_more(thread, jeanne, claire, viewer_of):
    own = start_thread(jeanne, thread.space, title="Autre chose", text="Bonjour.")
    poll_in(own, jeanne, question="Jeanne Brunel vient\u202f?")
    assert found(viewer_of(claire), '"brunel vient"') == [own.pk]
    ask_to_close(jeanne, days=0)
    close_due_accounts.call()
    assert found(viewer_of(claire), '"brunel vient"') == []
