"""The minutes of votes that are not secret: who chose what with names, without them less."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds.queries import decisions, is_changeable
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.minutes.queries import digest_of
from forum.conversation.polls.models import PollVote
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, create_seat, start_thread
from tests.forum.conversation.poll_helpers import (
    add_poll,
    card,
    end_poll,
    open_decision,
    page_of,
    vote,
    words,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
YES, NO = 1, 2
ATTESTED = "rien n’y a changé depuis"


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Le budget")


@pytest.fixture
def people(claire, jeanne, lucie, make_person):
    """Three of each college, Claire, Jeanne and Lucie the first of theirs."""
    colleges = [AUTHORITIES, PROJECTS, SUPPORT] * 2
    more = [make_person(f"Votante {n}", college) for n, college in enumerate(colleges)]
    return [claire, jeanne, lucie, *more]


def decided(thread, people, numbers, **about):
    """A vote of the first of ``people``, closed: each has chosen one of ``numbers`` or none."""
    poll = open_decision(thread, people[0], **about)
    for person, number in zip(people, numbers, strict=False):
        if number:
            vote(poll, person, number)
    return end_poll(poll)


def pdf_of(browser, poll):
    """The text of the minutes of ``poll``."""
    content = browser.get(reverse("poll-minutes", args=[poll.pk])).content
    return words(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def test_with_names_page_and_file_say_what_each_voter_chose_and_by_whom(
    thread, people, claire, jeanne, browser_of
):
    poll = decided(thread, people, [YES, NO, YES], quorum="half", majority="absolute")
    browser = browser_of(jeanne)
    page, text = page_of(browser, poll), pdf_of(browser, poll)
    for said in page, text:
        for person, choice in (claire, "Oui"), (jeanne, "Non"):
            organisation = person.seats.get().organisation
            assert words(f"{organisation}, par {person} : {choice}") in said
        assert "Voix sans vote" in said and poll.written_minutes.digest in said
        assert "uorum non atteint (" in said and "n’est pas une élection" in text
    assert ATTESTED in page and "Procès-verbal en PDF" in page and "Toutes les décis" in page
    assert re.search(r"Voix sans vote \(\d\) : \w", page)
    assert "Majorité : plus de la moitié des votes." in text and "Vote avec les noms." in text
    assert "Voir le procès-verbal" in card(browser, thread)
    assert poll.get_absolute_url() in browser.get(reverse("decisions")).text


def test_its_file_is_in_english_for_who_reads_english(thread, people, claire, browser_of):
    poll = decided(thread, people, [YES, YES, NO])
    browser = browser_of(claire)
    browser.cookies["django_language"] = "en"
    text = pdf_of(browser, poll)
    organisation = claire.seats.get().organisation
    for it in (
        "Minutes of a vote", "Outcome: “Oui” is adopted.", "Votes: 3, for 9 voters.",
        words(f"{organisation}, by {claire}: Oui"), "A vote with names.", "Without a vote:",
    ):  # fmt: skip
        assert it in text
    assert words(f"{organisation}, by {claire}: Oui") in page_of(browser, poll)


def test_a_person_who_voted_in_the_seat_of_another_is_named_with_them(
    thread, people, claire, make_person, browser_of
):
    poll = open_decision(thread, claire, voter_kind="person")
    leaver, next_one = people[3], make_person("Suzanne Suite")
    left = leaver.seats.get()
    seat = create_seat(next_one, AUTHORITIES, organisation=left.organisation)
    left.ended_at, left.successor = timezone.now(), seat
    left.save()
    vote(poll, next_one, NO)
    vote(poll, claire, YES)
    said = page_of(browser_of(claire), end_poll(poll))
    assert words(f"{leaver}, {left.organisation}, par {next_one} : Non") in said
    assert words(f"{claire}, {claire.seats.get().organisation} : Oui") in said


@pytest.mark.parametrize("count", [4, 5])
def test_without_names_it_says_who_voted_once_that_does_not_tell_for_what(
    thread, people, claire, browser_of, count
):
    poll = decided(thread, people, [YES] * count, is_named=False, results="always")
    says_who = count == 5
    page, text = page_of(browser_of(claire), poll), pdf_of(browser_of(claire), poll)
    for said in page, text:
        assert ("Ont voté" in said) == says_who == ("sans vote" in said)
        assert ("dire qui a voté dirait qui a choisi quoi" in said) != says_who
        assert f"Oui : {count} voix, 100 %".replace(" :", "") in said.replace(" :", "")
        for person in people:
            assert words(str(person.seats.get().organisation)) in said
    assert ("sur 3 ont voté" in page) == says_who and ATTESTED in page
    assert ("de qui a voté" in page) == says_who and "qui a choisi quoi :" not in page


def test_of_few_votes_without_names_all_reads_the_same_whoever_cast_them(
    thread, people, claire, browser_of
):
    poll = decided(thread, people, [YES, YES, NO], is_named=False, quorum="")
    browser = browser_of(claire)
    before = page_of(browser, poll), pdf_of(browser, poll), card(browser, thread)
    for vote_ in PollVote.objects.filter(poll=poll):
        voter, other = vote_.voter, poll.voters.filter(has_voted=False).first()
        PollVote.objects.filter(pk=vote_.pk).update(voter=other, person=people[-1])
        poll.voters.filter(pk=other.pk).update(has_voted=True)
        poll.voters.filter(pk=voter.pk).update(has_voted=False)
        break
    assert before == (page_of(browser, poll), pdf_of(browser, poll), card(browser, thread))


def test_while_one_votes_without_names_no_college_is_counted_unless_its_quorum_asks(
    thread, people, claire, spaces, browser_of
):
    for quorum, count, is_said in ("", 6, False), ("half", 4, False), ("half", 6, True):
        other = start_thread(claire, spaces["network"])
        poll = open_decision(other, claire, is_named=False, quorum=quorum, results="always")
        for person in people[:count]:
            vote(poll, person, YES)
        said = page_of(browser_of(claire), poll)
        assert ("sur 3 ont voté" in said) == is_said
        assert ("quorum non atteint" in said) == (bool(quorum) and count == 4)
        assert "s’il y a cinq votes au moins, et jamais qui a choisi quoi" in said


def test_the_fingerprint_attests_each_vote_and_what_was_decided(thread, people, claire):
    poll = decided(thread, people, [YES, NO, YES], quorum="half")
    digest = digest_of(poll)
    assert digest == poll.written_minutes.digest
    cast = poll.votes.order_by("pk").first()
    changes = [
        lambda: poll.votes.filter(pk=cast.pk).update(chosen=[3]),
        lambda: poll.votes.filter(pk=cast.pk).update(person=people[5]),
        lambda: setattr(poll, "adopted_choice", NO),
        lambda: setattr(poll, "lacking_colleges", ["Un autre collège"]),
        lambda: setattr(poll, "majority", "absolute"),
        lambda: setattr(poll, "closed_at", poll.closed_at - timedelta(days=1)),
    ]
    for change in changes:
        change()
        changed = digest_of(poll)
        assert changed != digest
        digest = changed


def test_a_vote_that_was_changed_in_the_tables_no_longer_reads_as_attested(
    thread, people, claire, browser_of
):
    poll = decided(thread, people, [YES, NO, YES])
    poll.votes.filter(chosen=[NO]).update(chosen=[YES])
    assert ATTESTED not in page_of(browser_of(claire), poll)


def test_only_a_vote_that_adopted_something_may_be_changed_by_a_later_decision(
    thread, people, claire, spaces
):
    viewer = viewer_of_person(claire)
    adopted = decided(thread, people, [YES, YES, NO])
    others = [
        decided(start_thread(claire, spaces["network"]), people, numbers, **about)
        for numbers, about in (
            ([YES, NO], {}), ([YES], {"quorum": "half"}), ([], {}),
            ([YES, YES], {"takes_several": True}),
        )
    ]  # fmt: skip
    assert is_changeable(viewer, adopted)
    assert [is_changeable(viewer, it) for it in others] == [False] * len(others)
    listed = [one.it.pk for one in decisions(viewer, 1).rows]
    assert listed == [it.pk for it in reversed([adopted, *others])]


def test_open_it_stands_among_what_is_being_decided_and_has_no_minutes(
    thread, people, claire, spaces, browser_of
):
    poll = open_decision(thread, claire, question="Adopter le budget\u202f?")
    add_poll(start_thread(claire, spaces["network"]), claire, question="Un avis\u202f?")
    page = words(browser_of(claire).get(reverse("decisions")).text)
    assert "Adopter le budget" in page and "Un avis" not in page
    refused = browser_of(claire).get(reverse("poll-minutes", args=[poll.pk]))
    assert refused.status_code == 403 and not PollMinutes.objects.exists()
    assert "Le procès-verbal dira qui a choisi quoi." in page_of(browser_of(claire), poll)


def test_its_page_costs_two_queries_more_than_while_one_votes_however_many_vote(
    thread, people, claire, browser_of
):
    browser, costs = browser_of(claire), []
    for count in 2, 9:
        poll = open_decision(start_thread(claire, thread.space), claire, quorum="half")
        for person in people[:count]:
            vote(poll, person, YES)
        for state in poll, end_poll:
            shown = poll if state is poll else end_poll(poll)
            page_of(browser, shown)
            with CaptureQueriesContext(connection) as queries:
                page_of(browser, shown)
            costs.append(len(queries))
    assert costs[:2] == costs[2:] and costs[1] <= costs[0] + 2 <= 15
