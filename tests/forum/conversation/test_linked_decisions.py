"""A decision says which one it changes, and that one says it too, to who may read both."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consent_rounds.queries import Decision, digest_of
from forum.conversation.consultations.actions import remove
from tests.factories import AUTHORITIES, start_thread
from tests.forum.conversation.poll_helpers import (
    cast,
    create_counted_poll,
    end_poll,
    open_vote,
    page_of,
)
from tests.forum.conversation.round_helpers import TITLE, decide, end_round, open_round

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
NEW = "Un autre règlement"


@pytest.fixture
def old(claire, spaces):
    """A decision that all members read."""
    thread = start_thread(claire, spaces["network"], title="Le silo commun")
    return decide(end_round(open_round(thread, claire)), claire)


@pytest.fixture
def closed(claire, spaces):
    """A round that authorities read, and waits for its outcome."""
    thread = start_thread(claire, spaces[AUTHORITIES], title="Le silo, un an après")
    return end_round(open_round(thread, claire, title=NEW))


def send_outcome(browser, it, changes=None, **values):
    """What the site answers to this outcome of ``it``."""
    about = {"outcome": "adopted", "text": "Deux semaines avant."}
    if changes:
        about["changes"] = Decision(changes).form_value
    return browser.post(reverse("round-outcome", args=[it.pk]), about | values)


def minutes(browser, it, name="round-minutes"):
    """The text of the minutes of ``it``."""
    content = browser.get(reverse(name, args=[it.pk])).content
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


def test_both_say_it_to_who_reads_both_and_nothing_to_others(
    old, closed, claire, jeanne, browser_of
):
    assert send_outcome(browser_of(claire), closed, changes=old).status_code == 302

    assert f"Change la décision : {TITLE}" in page_of(browser_of(claire), closed)
    assert f"Changée depuis par : {NEW}" in page_of(browser_of(claire), old)
    assert f"Changée depuis par : {NEW}" in minutes(browser_of(claire), old)
    assert f"Change la décision : {TITLE}" in minutes(browser_of(claire), closed)
    for said in page_of(browser_of(jeanne), old), minutes(browser_of(jeanne), old):
        assert TITLE in said and NEW not in said and "Changée depuis" not in said


def test_the_fingerprint_attests_which_one_it_changes(old, closed, claire):
    it = decide(closed, claire, changes=old)
    assert digest_of(it) == it.digest

    it.changes = None
    assert digest_of(it) != it.digest


def test_one_that_is_removed_is_named_nowhere(old, closed, claire, lucie, browser_of):
    decide(closed, claire, changes=old)
    remove(old, viewer_of_person(lucie), "Une décision annulée depuis longtemps.")

    assert "Change la décision" not in page_of(browser_of(claire), closed)


def test_only_adopted_decisions_that_one_reads_are_proposed(
    old, closed, claire, jeanne, lucie, spaces, browser_of
):
    thread = start_thread(claire, spaces["network"], title="Une broyeuse commune")
    refused = decide(end_round(open_round(thread, claire, title="La broyeuse")), claire,
                     outcome="not_adopted")  # fmt: skip
    waiting = end_round(open_round(thread, claire, title="La broyeuse, encore"))
    page = browser_of(claire).get(reverse("round-outcome", args=[closed.pk])).text
    assert f'value="{Decision(old).form_value}"' in page and "La broyeuse" not in page

    for it in refused, waiting:
        assert send_outcome(browser_of(claire), closed, changes=it).status_code == 422
        with pytest.raises(Refused):
            decide(closed, claire, changes=it)
    theirs = start_thread(jeanne, spaces["network"], title="Un four à pain commun")
    its_round = end_round(open_round(theirs, jeanne, title="Le four"))
    own = decide(closed, claire)
    with pytest.raises(Refused):
        decide(its_round, jeanne, changes=own)
    assert not ConsentRound.objects.filter(changes__isnull=False).exists()


def test_what_is_not_adopted_changes_nothing_and_keeps_what_was_typed(
    old, closed, claire, browser_of
):
    answer = send_outcome(browser_of(claire), closed, changes=old, outcome="not_adopted")

    assert answer.status_code == 422 and "Deux semaines avant." in answer.text
    assert "Une proposition non adoptée ne change rien." in answer.text
    with pytest.raises(Refused):
        decide(closed, claire, outcome="not_adopted", changes=old)


def test_where_nothing_was_decided_nothing_is_asked(closed, claire, browser_of):
    page = browser_of(claire).get(reverse("round-outcome", args=[closed.pk])).text

    assert "Décision qu’elle change" not in page


def test_a_round_changes_what_was_voted_by_secret_ballot_too(
    closed, claire, jeanne, spaces, make_person, browser_of
):
    thread = start_thread(claire, spaces["network"], title="Le four commun")
    uncounted = create_counted_poll(thread, "Le four, ou rien\u202f?")
    voters = [make_person(f"Votante {n}", AUTHORITIES) for n in range(5)]
    vote = open_vote(thread, claire, question="Qui tient le four\u202f?")
    for person in voters:
        cast(vote, person, 1)
    vote = end_poll(vote)
    page = browser_of(claire).get(reverse("round-outcome", args=[closed.pk])).text
    assert Decision(vote).form_value in page and Decision(uncounted).form_value not in page
    assert send_outcome(browser_of(claire), closed, changes=uncounted).status_code == 422
    assert send_outcome(browser_of(claire), closed, changes=vote).status_code == 302

    closed.refresh_from_db()
    assert closed.changes_poll == vote and closed.digest == digest_of(closed)
    assert "Change la décision : Qui tient le four" in page_of(browser_of(claire), closed)
    assert "Change la décision : Qui tient le four" in minutes(browser_of(claire), closed)
    assert f"Changée depuis par : {NEW}" in page_of(browser_of(claire), vote)
    assert f"Changée depuis par : {NEW}" in minutes(browser_of(claire), vote, "poll-minutes")
    hers = browser_of(jeanne)
    for said in page_of(hers, vote), minutes(hers, vote, "poll-minutes"):
        assert "Qui tient le four" in said and NEW not in said and "Changée" not in said
    closed.changes_poll = None
    assert digest_of(closed) != closed.digest


def test_a_vote_that_one_does_not_read_is_changed_by_nothing_of_ones_own(
    claire, jeanne, spaces, make_person
):
    for n in range(5):
        make_person(f"Votante {n}", AUTHORITIES)
    vote = create_counted_poll(start_thread(claire, spaces[AUTHORITIES]), leading=[1])
    theirs = end_round(open_round(start_thread(jeanne, spaces["network"]), jeanne))
    with pytest.raises(Refused):
        decide(theirs, jeanne, changes=vote)
    assert not ConsentRound.objects.filter(changes_poll__isnull=False).exists()
