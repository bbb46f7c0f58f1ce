"""Polls that decide: voters frozen as they open, a quorum by college, a majority, outcomes."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.consultations.actions import remove, restore
from forum.conversation.polls import actions
from forum.conversation.polls.models import Poll, PollVote, PollVoter
from forum.conversation.polls.notifications import closed_polls, counted_polls, votes_to_cast
from forum.conversation.polls.tasks import close_polls
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.models import Thread
from forum.moderation.review_queue.queries import open_consultations
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    create_seat,
    move_thread,
    start_thread,
)
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import (
    add_poll,
    card,
    cast,
    end_poll,
    open_decision,
    open_vote,
    page_of,
    vote,
    words,
)
from tests.forum.mail.thread_mail.helpers import deliver_notifications

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
YES, NO, ABSTAIN = 1, 2, 3
FORM = {
    "question": "Adopter le budget\u202f?",
    "choices": "Oui\nNon",
    "results": "closed",
    "is_named": "on",
    "voter_kind": "organisation",
}


def in_ten_days():
    return timezone.localdate() + timedelta(days=10)


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Le budget")


@pytest.fixture
def people(claire, jeanne, lucie, make_person):
    """Three of each college, Claire, Jeanne and Lucie the first of theirs."""
    more = [
        make_person(f"Votante {n}", college)
        for n, college in enumerate([AUTHORITIES, PROJECTS, SUPPORT] * 2)
    ]
    return [claire, jeanne, lucie, *more]


def all_vote(poll, people, numbers):
    """Each of ``people`` votes for one of ``numbers``; None does not."""
    for person, number in zip(people, numbers, strict=False):
        if number:
            vote(poll, person, number)


def test_a_vote_that_decides_is_opened_cast_and_told_without_a_script(
    thread, people, claire, jeanne, browser_of
):
    address = reverse("add-poll", args=[thread.pk])
    assert "En faire un vote qui décide" in browser_of(claire).get(address).text
    about = {"closes_on": in_ten_days(), "quorum": "half", "majority": "absolute"}
    opened = browser_of(claire).post(address, FORM | about, follow=True)
    said = words(opened.text)
    assert "voix exprimées : 0 sur 9" in said and "N’y votent que les voix listées" in said
    assert "quorum : la moitié des voix de chaque collège" in said
    assert "majorité : plus de la moitié des votes" in said
    no_election = "Ce n’est pas une élection au sens de la loi."
    assert said.count(no_election) == 1
    poll = Poll.objects.get()
    page = browser_of(jeanne).get(poll.get_absolute_url())
    sent = {"voter_id": page.context["voters"].own[0].pk, "chosen": YES, "version": 1}
    said = words(browser_of(jeanne).post(poll.get_absolute_url(), sent, follow=True).text)
    assert "Votre vote est compté." in said and "Changer mon vote" in said
    all_vote(poll, people, [YES, None, YES, YES, YES, NO])
    end_poll(poll)
    for place in page_of(browser_of(jeanne), poll), card(browser_of(claire), thread):
        assert "« Oui » est retenu" in place
    said = page_of(browser_of(claire), poll)
    assert "2 sur 3 ont voté" in said and "Oui : 1, Non : 1" in said
    assert said.count(no_election) == 1
    assert words(f"{people[3]}, {people[3].seats.get().organisation}") in said


@pytest.mark.parametrize(
    ("majority", "numbers", "outcome"),
    [
        ("", [YES, YES, NO], "adopted"),
        ("", [YES, NO], "no_majority"),
        ("", [], "no_majority"),
        ("absolute", [YES, YES, NO, NO], "no_majority"),
        ("absolute", [YES, YES, YES, NO, NO], "adopted"),
        ("absolute", [YES, YES, NO, ABSTAIN], "no_majority"),
        ("two_thirds", [YES, YES, NO], "adopted"),
        ("two_thirds", [YES, YES, YES, NO, NO], "no_majority"),
        ("colleges", [YES, YES, YES, YES, YES, YES, NO, NO, NO], "adopted"),
        ("colleges", [YES, YES, NO, YES, YES, NO, YES, YES, YES], "no_majority"),
        ("colleges", [YES, YES, None, YES, YES], "no_majority"),
    ],
)
def test_a_choice_is_adopted_with_the_majority_that_was_asked_for(
    thread, people, claire, majority, numbers, outcome
):
    poll = open_decision(thread, claire, majority=majority)
    all_vote(poll, people, numbers)
    poll = end_poll(poll)
    assert poll.outcome == outcome
    assert poll.adopted_choice == (YES if outcome == "adopted" else None)


def test_without_the_quorum_of_one_college_nothing_is_adopted_and_it_is_named(
    thread, people, claire, lucie, browser_of
):
    poll = open_decision(thread, claire, quorum="half")
    all_vote(poll, people, [YES, YES, YES, YES, YES])
    said = page_of(browser_of(lucie), poll)
    assert said.count("· quorum non atteint") == 1 and "1 sur 3 ont voté" in said
    (listed,) = open_consultations(viewer_of_person(lucie))
    assert listed.lacks_quorum
    vote(poll, people[5], NO)
    assert not open_consultations(viewer_of_person(lucie))[0].lacks_quorum
    actions.take_vote_back(poll, viewer_of_person(people[5]), _voter(poll, people[5]).pk)
    end_poll(poll)
    for said in page_of(browser_of(lucie), poll), card(browser_of(lucie), thread):
        assert "Quorum non atteint (Structures de soutien)" in said


def test_a_secret_one_has_its_quorum_by_college_and_no_count_by_college(
    thread, people, claire, jeanne, browser_of
):
    poll = open_vote(thread, claire, quorum="half", majority="absolute")
    for person in people[:5]:
        cast(poll, person, 1)
    assert "1 sur 3 ont voté · quorum non atteint" in page_of(browser_of(jeanne), poll)
    cast(poll, people[5], 2)
    end_poll(poll)
    said = page_of(browser_of(jeanne), poll)
    assert "« Liste A » est retenu" in said and "Liste A : " not in said


def test_too_few_secret_ballots_are_not_counted_whatever_was_asked(
    thread, people, claire, browser_of
):
    poll = open_vote(thread, claire, quorum="half")
    all_cast = people[:4]
    for person in all_cast:
        cast(poll, person, 1)
    assert end_poll(poll).outcome == "uncounted"
    assert "Moins de cinq bulletins" in page_of(browser_of(claire), poll)


def _voter(poll, person):
    return PollVoter.objects.filter(poll=poll).of_person(person.pk).get()


def test_an_organisation_has_one_vote_that_the_later_of_two_changes(
    thread, people, claire, make_person, browser_of
):
    colleague = make_person("Cora Collègue")
    create_seat(colleague, AUTHORITIES, organisation=claire.seats.get().organisation)
    poll = open_decision(thread, claire)
    vote(poll, claire, YES)
    assert 'value="1" checked' in " ".join(
        browser_of(colleague).get(poll.get_absolute_url()).text.split()
    ).replace('" id="id_chosen_0', "")
    vote(poll, colleague, NO)
    assert [(it.chosen, it.person) for it in PollVote.objects.all()] == [([NO], colleague)]
    actions.take_vote_back(poll, viewer_of_person(claire), _voter(poll, claire).pk)
    assert not PollVote.objects.exists() and not _voter(poll, claire).has_voted


def test_whoever_follows_in_a_seat_votes_in_its_stead_and_changes_its_vote(
    thread, people, claire, make_person
):
    poll = open_decision(thread, claire, voter_kind="person")
    leaver = people[3]
    vote(poll, leaver, YES)
    left = leaver.seats.get()
    next_one = make_person("Suzanne Suite")
    seat = create_seat(next_one, AUTHORITIES, organisation=left.organisation)
    with pytest.raises(Refused, match="Vous n’avez pas de voix"):
        vote(poll, next_one, NO)
    left.ended_at, left.successor = timezone.now(), seat
    left.save()
    vote(poll, next_one, NO)
    with pytest.raises((Refused, Thread.DoesNotExist)):
        vote(poll, leaver, YES, voter=poll.voters.get(seat=left))
    assert PollVote.objects.get().chosen == [NO]


def test_who_has_no_voice_reads_the_list_is_told_why_and_changes_nothing(
    thread, people, claire, make_person, browser_of
):
    poll = open_decision(thread, claire)
    vote(poll, claire, YES)
    late = make_person("Trop Tard", PROJECTS)
    said = page_of(browser_of(late), poll)
    assert "Vous n’avez pas de voix dans ce vote : la liste en est fixée" in said
    assert "9 voix" in said and words(str(people[8].seats.get().organisation)) in said
    viewer = viewer_of_person(late)
    for voter_id in 0, _voter(poll, claire).pk:
        with pytest.raises(Refused):
            actions.vote(poll, viewer, [NO], 1, voter_id=voter_id)
        actions.take_vote_back(poll, viewer, voter_id)
    assert [it.chosen for it in PollVote.objects.all()] == [[YES]]


def test_without_names_nobody_reads_who_voted_what_and_no_college_is_counted(
    thread, people, claire, jeanne, lucie, browser_of
):
    poll = open_decision(thread, claire, is_named=False, results="always")
    all_vote(poll, people[1:], [YES, YES])
    said = page_of(browser_of(claire), poll)
    assert "Oui 2 voix" in said and "Qui a choisi" not in said and "Oui : " not in said
    assert PollVote.objects.visible_to(viewer_of_person(lucie)).count() == 1
    assert not PollVote.objects.visible_to(viewer_of_person(claire)).exists()


def test_results_hidden_until_one_voted_are_shown_to_who_answers_for_a_voter_that_did(
    thread, people, claire, make_person, browser_of
):
    colleague = make_person("Cora Collègue")
    create_seat(colleague, AUTHORITIES, organisation=claire.seats.get().organisation)
    poll = open_decision(thread, claire, results="voted")
    assert "%" not in page_of(browser_of(colleague), poll)
    vote(poll, claire, YES)
    vote(poll, people[2], NO)
    said = page_of(browser_of(colleague), poll)
    assert "Oui 1 voix, 50 %" in said and f"{people[2]}, Organisation" in said
    assert "%" not in page_of(browser_of(people[1]), poll)


def test_it_closes_early_only_once_all_have_voted_and_is_never_edited(
    thread, people, claire, lucie, browser_of
):
    poll = open_decision(thread, claire)
    all_vote(poll, people[1:], [YES] * 8)
    for person in claire, lucie:
        with pytest.raises(Refused, match="Ce vote se clôt"):
            actions.close_poll(poll, viewer_of_person(person))
        assert "Clore le sondage" not in page_of(browser_of(person), poll)
    fresh = open_decision(start_thread(claire, thread.space), claire)
    with pytest.raises(Refused):
        actions.edit_poll(fresh, viewer_of_person(claire), fresh.values._replace(voter_kind=""))
    vote(poll, claire, NO)
    assert "Clore le sondage" in page_of(browser_of(claire), poll)
    actions.close_poll(poll, viewer_of_person(claire))
    close_polls.call()
    assert Poll.objects.get(pk=poll.pk).outcome == "adopted"
    with pytest.raises(Refused):
        vote(poll, people[3], NO)


def test_neither_a_merge_nor_a_restored_poll_closes_it_before_its_last_day(
    thread, people, claire, jeanne, lucie, spaces, make_person
):
    other = start_thread(jeanne, spaces["network"], title="Un autre budget")
    poll, kept = open_decision(thread, claire), open_decision(other, jeanne, quorum="half")
    with pytest.raises(Refused, match="ne se clôt pas avant son dernier jour"):
        merge_threads(thread, other, viewer_of_person(lucie))
    remove(poll, viewer_of_person(lucie), "Hors sujet")
    add_poll(thread, claire)
    animator = viewer_of_person(make_person("Aline Autre", AUTHORITIES, is_animator=True))
    with pytest.raises(Refused, match="ne se clôt pas avant son dernier jour"):
        restore(poll, animator, "Une erreur")
    assert Poll.objects.get(pk=kept.pk).takes_votes


def test_merged_once_its_last_day_is_over_it_decides_though_the_worker_comes_late(
    thread, people, claire, jeanne, lucie, spaces
):
    other = start_thread(jeanne, spaces["network"], title="Un autre budget")
    poll = open_decision(thread, claire)
    all_vote(poll, people, [YES, YES])
    add_poll(other, jeanne)
    yesterday = timezone.localdate() - timedelta(days=1)
    Poll.objects.filter(pk=poll.pk).update(closes_on=yesterday)
    merge_threads(thread, other, viewer_of_person(lucie))
    close_polls.call()
    assert Poll.objects.get(pk=poll.pk).outcome == "adopted"


def test_merged_into_a_thread_without_one_its_voters_vote_on(
    thread, people, claire, jeanne, lucie, spaces
):
    other = start_thread(jeanne, spaces["network"])
    poll = open_decision(thread, claire)
    merge_threads(thread, other, viewer_of_person(lucie))
    vote(Poll.objects.get(pk=poll.pk), jeanne, YES)
    assert end_poll(poll).outcome == "adopted"


def test_before_more_readers_it_stays_behind_and_before_fewer_its_voters_stay(
    thread, people, claire, lucie, spaces, browser_of
):
    poll = open_decision(thread, claire, quorum="half")
    move_thread(thread, viewer_of_person(lucie), spaces[SUPPORT])
    with pytest.raises((Refused, Thread.DoesNotExist)):
        vote(poll, claire, YES)
    vote(poll, people[5], YES)
    assert "voix exprimées : 1 sur 9" in card(browser_of(lucie), thread)
    move_thread(thread, viewer_of_person(lucie), spaces["network"])
    assert card(browser_of(lucie), thread) is None
    assert browser_of(claire).get(poll.get_absolute_url()).status_code == 404
    close_polls.call()
    assert Poll.objects.get(pk=poll.pk).outcome == "cut_short"


def test_voters_are_asked_and_told_the_outcome_once_by_inbox_and_mail(
    thread, people, claire, jeanne, make_person, monkeypatch
):
    plan_changed_notifications()
    poll = open_decision(thread, claire, majority="absolute")
    late = make_person("Trop Tard", PROJECTS)
    (asked,) = notifications_by(votes_to_cast, jeanne, viewer_of_person(jeanne))[:1]
    assert "attend votre vote" in asked.text and [text for text, _q in asked.answers][:1] == [
        "Oui"
    ]
    vote(poll, jeanne, YES)
    assert not list(notifications_by(votes_to_cast, jeanne, viewer_of_person(jeanne)))
    deliver_notifications(jeanne)
    end_poll(poll)
    for person, count in (claire, 1), (jeanne, 1), (people[8], 1), (late, 0):
        told = notifications_by(counted_polls, person, viewer_of_person(person))
        assert sum("« Oui » est retenu" in words(it.text) for it in told) == count
    assert not list(notifications_by(closed_polls, claire, viewer_of_person(claire)))
    later = timezone.now() + timedelta(minutes=30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    (mailed,) = deliver_notifications(jeanne)
    assert "« Oui » est retenu" in words(mailed.body)
    assert deliver_notifications(jeanne) == []


def test_a_quorum_alone_is_refused_once_for_all_that_it_lacks(
    thread, people, claire, browser_of
):
    sent = FORM | {"quorum": "half", "majority": "", "voter_kind": "", "closes_on": ""}
    refused = browser_of(claire).post(reverse("add-poll", args=[thread.pk]), sent)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"voter_kind", "closes_on"}


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"voter_kind": ""}, "voter_kind", "Dites qui a une voix"),
        ({"closes_on": ""}, "closes_on", "Dites jusqu’à quel jour on vote."),
        ({"takes_several": "on"}, "majority", "chacun coche un seul choix"),
        ({"majority": "colleges", "is_named": ""}, "majority", "dans un vote avec les noms"),
        ({"quorum": "all"}, "quorum", "Choisissez l’une des réponses proposées."),
    ],
)
def test_what_cannot_be_counted_is_said_at_its_field_and_all_is_kept(
    thread, people, claire, browser_of, changed, field, said
):
    about = {"closes_on": in_ten_days(), "quorum": "half", "majority": "absolute"}
    address = reverse("add-poll", args=[thread.pk])
    refused = browser_of(claire).post(address, FORM | about | changed)
    assert refused.status_code == 422 and not Poll.objects.exists()
    assert any(said in str(it) for it in refused.context["form"].errors[field])
    assert "Adopter le budget" in refused.text and "<details open>" in refused.text


def test_where_guests_read_none_decides(claire, spaces, browser_of):
    public = start_thread(claire, spaces["public"])
    address = reverse("add-poll", args=[public.pk])
    page = browser_of(claire).get(address).text
    assert "En faire un vote qui décide" not in page
    sent = FORM | {"closes_on": in_ten_days()}
    browser_of(claire).post(address, sent)
    assert not PollVoter.objects.exists()
    with pytest.raises(Refused):
        open_decision(public, claire)


def test_the_database_keeps_no_majority_that_cannot_be_counted(thread, claire):
    poll = add_poll(thread, claire)
    wrong = [
        {"quorum": "half"},
        {"majority": "absolute"},
        {"is_secret": True},
        {"voter_kind": "person", "takes_several": True, "majority": "absolute"},
        {"voter_kind": "person", "is_secret": True, "majority": "colleges"},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Poll.objects.filter(pk=poll.pk).update(**values)


def test_its_page_and_its_count_cost_the_same_however_many_vote(
    thread, people, claire, jeanne, browser_of
):
    browser, costs = browser_of(claire), []
    for number in 2, 8:
        poll = open_decision(start_thread(claire, thread.space), claire, majority="colleges")
        all_vote(poll, people[:number], [YES] * number)
        asked = []
        for ask in partial(end_poll, poll), partial(page_of, browser, poll):
            page_of(browser, poll)
            with CaptureQueriesContext(connection) as queries:
                ask()
            asked.append(len(queries))
        costs.append(asked)
    assert costs[0] == costs[1] and costs[0][1] <= 13


def test_where_one_comes_for_a_vote_the_form_asks_who_has_a_voice_at_once(
    thread, claire, browser_of
):
    address = reverse("add-poll", args=[thread.pk])
    for query, is_open in ({}, False), ({"vote": "1"}, True):
        form = browser_of(claire).get(address, query).context["form"]
        assert form.has_more() == is_open
