"""The desk says what is being decided, what lacks its quorum and what closes soon."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds.models import RoundVoter
from forum.conversation.consultations.actions import remove
from forum.conversation.polls.actions import close_poll
from forum.moderation.review_queue.queries import open_consultations
from tests.factories import start_thread
from tests.forum.conversation.poll_helpers import QUESTION, add_poll, open_decision, words
from tests.forum.conversation.round_helpers import TITLE, answer, open_round

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Le silo commun")


def desk(browser, **params):
    """What the desk says below its queue."""
    page = words(browser.get(reverse("review-queue"), params).text.split("<main")[1])
    return page.partition("Ce qui se décide")[2]


def days(number):
    return timezone.localdate() + timedelta(days=number)


def test_what_is_open_is_listed_by_the_day_on_which_it_closes(
    thread, claire, lucie, spaces, browser_of
):
    add_poll(thread, claire)
    open_round(thread, claire, closes_on=days(4))
    other = start_thread(claire, spaces["network"], title="Une autre affaire")
    add_poll(other, claire, question="Quel jour\u00a0?", closes_on=days(2))
    said = desk(browser_of(lucie))

    assert said.index("Quel jour ?") < said.index(TITLE) < said.index(QUESTION[:10])
    assert said.count("clos d’ici à deux jours") == 1
    assert said.index("clos d’ici à deux jours") < said.index(TITLE)


def test_a_round_lacks_its_quorum_until_each_college_has_answered(
    thread, claire, jeanne, lucie, browser_of
):
    it = open_round(thread, claire, quorum="half")
    assert "quorum non atteint" in desk(browser_of(lucie))

    for voter in RoundVoter.objects.filter(round=it).select_related("organisation"):
        holder = voter.organisation.seats.exclude(person=None).first().person
        answer(it, holder, voter=voter)
    assert TITLE in desk(browser_of(lucie))
    assert "quorum non atteint" not in desk(browser_of(lucie))


@pytest.mark.parametrize("about", [{}, {"quorum": "half", "phase": "clarify"}])
def test_one_without_quorum_or_that_takes_no_positions_yet_lacks_nothing(
    thread, claire, lucie, browser_of, about
):
    open_round(thread, claire, **about)

    assert "quorum non atteint" not in desk(browser_of(lucie))


def test_what_is_closed_or_removed_is_not_there_nor_on_the_other_lists(
    thread, claire, lucie, browser_of
):
    poll, it = add_poll(thread, claire), open_round(thread, claire)
    assert TITLE in desk(browser_of(lucie)) and desk(browser_of(lucie), file="sieges") == ""

    close_poll(poll, viewer_of_person(claire))
    remove(it, viewer_of_person(claire), "")
    assert desk(browser_of(lucie)) == ""


def test_what_an_animator_does_not_read_is_not_there(thread, claire, lucie, spaces, browser_of):
    hidden = start_thread(claire, spaces["network"], title="Entre nous deux")
    add_poll(hidden, claire)
    hidden.space = spaces["group"]
    hidden.save()

    assert desk(browser_of(lucie)) == ""


def test_it_costs_the_same_however_many_there_are(
    claire, lucie, spaces, django_assert_num_queries
):
    viewer = viewer_of_person(lucie)
    for number in range(3):
        thread = start_thread(claire, spaces["network"], title=f"Affaire commune {number}")
        open_round(thread, claire, quorum="half")
        open_decision(thread, claire, quorum="half")
        with django_assert_num_queries(4):
            assert len(open_consultations(viewer)) == 2 * (number + 1)
