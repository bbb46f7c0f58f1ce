"""What polls show equals a recount, to whom and when it may, whatever happens in which order.

People vote, change and take back, cast ballots, leave, hand over and close accounts; threads
are moved, merged and split, days pass and the worker comes late. Where voters are frozen, what
came of it follows from quorum and majority, whoever voted for them.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.polls import actions
from forum.conversation.polls.models import Poll, PollVoter
from forum.conversation.polls.tasks import close_polls
from forum.models import Thread
from tests.forum.conversation.poll_helpers import (
    add_date_poll,
    add_poll,
    card,
    cast,
    open_decision,
    open_vote,
    words,
)
from tests.forum.conversation.seat_lives import ThreadLives, bring_nearer, numbers, threads
from tests.stateful import run_lives

CHOICES = 1, 2, 3
KINDS = {
    "plain": add_poll, "dates": add_date_poll, "secret": open_vote, "named": open_decision
}  # fmt: skip
PARTS = {"": (0, 1), "half": (1, 2), "two_thirds": (2, 3)}
HIDDEN = " voix, ", " oui, ", "Convient le mieux", "Qui a choisi", "Qui vient"
polls, some = st.integers(0, 5), st.sets(st.sampled_from(CHOICES))


@dataclass
class Counted:
    """A poll as plain Python counts it.

    ``votes``: by person, or frozen voter, the choices, and those if need be; ``ballots`` those
    of a secret one. ``voters``: the college of each frozen voter, by the id of a person or,
    where ``of_organisations``, of an organisation; ``cast``: those who voted. ``days``: until
    its last.
    """

    thread: int
    author: int
    kind: str
    results: str
    takes_several: bool
    is_named: bool
    days: int | None
    quorum: str = ""
    majority: str = ""
    of_organisations: bool = False
    votes: dict = field(default_factory=dict)
    voters: dict = field(default_factory=dict)
    cast: set = field(default_factory=set)
    ballots: list = field(default_factory=list)
    is_closed: bool = False
    is_cut: bool = False
    is_counted: bool = False
    is_gone: bool = False

    @property
    def is_frozen(self):
        return self.kind in ("secret", "named")

    @property
    def takes_votes(self):
        is_over = self.days is not None and self.days < 0
        return not (self.is_closed or self.is_gone or is_over)

    def close(self):
        if not self.is_closed:
            self.is_cut = self.days is None or self.days >= 0
            self.is_closed, self.days = True, None

    def outcome(self):
        """What came of it, as its frozen voters voted until it was closed."""
        if self.kind == "secret" and len(self.ballots) < 5:
            return "uncounted"
        if self.is_cut and len(self.cast) < len(self.voters):
            return "cut_short"
        of, by = Counter(self.voters.values()), Counter(self.voters[it] for it in self.cast)
        part, whole = PARTS[self.quorum]
        if any(by[college] * whole < of[college] * part for college in of):
            return "no_quorum"
        if self.takes_several:
            return ""
        votes = [(chosen, None) for chosen in self.ballots]
        votes += [(next(iter(chosen)), of) for of, (chosen, _also) in self.votes.items()]
        tally = [*Counter(it for it, _of in votes).most_common(2), (None, 0), (None, 0)]
        (first, most), (_second, next_most) = tally[:2]
        per_college = Counter(self.voters.get(of) for it, of in votes if it == first)
        is_enough = {
            "": True,
            "absolute": 2 * most > len(votes),
            "two_thirds": 3 * most >= 2 * len(votes),
            "colleges": all(2 * per_college[college] > by[college] for college in of),
        }[self.majority]
        return "adopted" if most > next_most and is_enough else "no_majority"

    def shows_results_to(self, own):
        if self.kind == "secret":
            return self.is_counted
        has_voted = bool(own)
        is_shown = self.results == "always" or (self.results == "voted" and has_voted)
        return self.is_closed or is_shown

    def recount(self):
        """By choice how many chose it, would come if need be, and who they are."""
        if self.kind == "secret":
            counted = self.ballots if len(self.ballots) >= 5 else []
            chosen = Counter(counted)
            return [(chosen[n], 0, set(), set()) for n in CHOICES]
        rows = []
        for n in CHOICES:
            yes, maybe = (
                {pk for pk, vote in self.votes.items() if n in vote[also]} for also in (0, 1)
            )
            names = (yes, maybe) if self.is_named else (set(), set())
            rows.append((len(yes), len(maybe), *names))
        return rows


class Polls(ThreadLives):
    """Polls of all kinds in three threads, held to what plain Python counts."""

    def __init__(self):
        super().__init__()
        self.polls, self.looks = {}, 0
        self.open_one(self.author, self.thread(0), "secret", "closed", False, False, 1)

    def poll(self, number):
        pks = sorted(self.polls)
        return pks[number % len(pks)] if pks else None

    @rule(
        number=st.sampled_from([0, 1, 9]), n=threads, kind=st.sampled_from(list(KINDS)),
        results=st.sampled_from(["always", "voted", "closed"]), several=st.booleans(),
        named=st.booleans(), days=st.sampled_from([None, 0, 2]),
        quorum=st.sampled_from(list(PARTS)), of_organisations=st.booleans(),
        majority=st.sampled_from(["", "absolute", "two_thirds", "colleges"]),
    )  # fmt: skip
    def open(
        self, number, n, kind, results, several, named, days, quorum, of_organisations, majority
    ):  # fmt: skip
        person = self.animator if number == 9 else self.people[number]
        asked = quorum, majority, of_organisations
        self.open_one(person, self.thread(n), kind, results, several, named, days, *asked)

    def open_one(self, person, pk, kind, results, several, named, days, *asked):
        thread = Thread.objects.get(pk=pk)
        quorum, majority, of_organisations = asked or ("", "", False)
        about = {"results": results, "is_named": named, "takes_several": several}
        frozen = {"quorum": quorum, "majority": majority}
        if kind == "secret":
            majority = frozen["majority"] = "" if majority == "colleges" else majority
            several, of_organisations = False, False
            about, named, results, days = frozen, False, "closed", days or 1
        elif kind == "named":
            about["is_named"] = named = named or majority == "colleges"
            about["takes_several"] = several = several and not majority
            about |= frozen
            about["voter_kind"] = "organisation" if of_organisations else "person"
            days = days or 1
        else:
            quorum, majority, of_organisations = "", "", False
        if days is not None:
            about["closes_on"] = timezone.localdate() + timedelta(days=days)
        if kind == "dates":
            about["takes_several"] = several = False
        opened = self.attempt(KINDS[kind], thread, person, **about)
        if opened is None or opened.pk in self.polls:
            return
        for it in self.polls.values():  # One that is over made room.
            if it.thread == pk and not it.is_gone:
                assert not it.takes_votes
                it.close()
        assert person.pk == self.author_of[pk] or person == self.animator
        about = kind, results, several, named, days, quorum, majority, of_organisations
        it = Counted(pk, person.pk, *about)
        if it.is_frozen:
            space = self.space_of[pk]
            assert space != "public"
            it.voters = {
                self.organisation_of(who.pk) if of_organisations else who.pk:
                self.college_of(who.pk)
                for who in (*self.people, self.animator) if self.reads(who, space)
            }  # fmt: skip
            assert len(it.voters) >= 5 or kind == "named"
        self.polls[opened.pk] = it

    def organisation_of(self, pk):
        return self.person_of(pk).seats.get().organisation_id

    def person_of(self, pk):
        return next(it for it in (*self.people, self.animator) if it.pk == pk)

    @rule(number=numbers, poll=polls, chosen=some, also=some)
    def vote(self, number, poll, chosen, also):
        if pk := self.poll(poll):
            self.vote_in(pk, self.person(number), chosen, also)
            self.look(self.person(number), pk, self.polls[pk])

    @rule(poll=polls, choices=st.lists(some, min_size=10, max_size=10))
    def all_vote(self, poll, choices):
        """Each person that there is; who chooses several where one may not has the first."""
        if pk := self.poll(poll):
            for person, chosen in zip([*self.people, self.animator], choices, strict=False):
                are_many = self.polls[pk].takes_several or self.polls[pk].kind == "dates"
                self.vote_in(pk, person, chosen if are_many else set(sorted(chosen)[:1]), set())

    def vote_in(self, pk, person, chosen, also):
        it, row = self.polls[pk], Poll.objects.get(pk=pk)
        also = also - chosen if it.kind == "dates" else set()
        is_right = it.kind == "dates" or len(chosen) == 1 or (chosen and it.takes_several)
        voter = self.voter_of(person, it)
        voter_id = self.row_of(pk, voter).pk if voter else 0
        about = row, viewer_of_person(person), chosen, row.version, also, voter_id
        has_voice = it.kind != "secret" and (voter or not it.is_frozen)
        may = self.may_answer(person, it) and has_voice and is_right
        assert self.succeeds(actions.vote, *about) == bool(may)
        if may:
            it.votes[voter or person.pk] = chosen, also
            it.cast |= {voter} - {None}

    def voter_of(self, person, it):
        """The frozen voter for which ``person`` answers, if there is one."""
        return next((of for of in it.voters if person.pk in self.speakers(of, it)), None)

    def row_of(self, pk, voter):
        key = "organisation" if self.polls[pk].of_organisations else "seat__person"
        return PollVoter.objects.get(poll=pk, **{key: voter})

    @rule(number=numbers, poll=polls)
    def take_back(self, number, poll):
        if (pk := self.poll(poll)) is None:
            return
        it, person = self.polls[pk], self.person(number)
        row, viewer = Poll.objects.get(pk=pk), viewer_of_person(person)
        voter = self.voter_of(person, it)
        voter_id = self.row_of(pk, voter).pk if voter else 0
        if self.succeeds(actions.take_vote_back, row, viewer, voter_id):
            assert self.may_answer(person, it)
            if it.kind != "secret":
                it.votes.pop(voter or person.pk, None)
                it.cast -= {voter}

    @rule(number=numbers, poll=polls, voter=numbers, choice=st.sampled_from(CHOICES))
    def cast(self, number, poll, voter, choice):
        if pk := self.secret_poll(poll):
            voters = sorted(self.polls[pk].voters)
            self.cast_for(voters[voter % len(voters)], pk, self.person(number), choice)

    @rule(
        poll=polls, choices=st.lists(st.sampled_from(CHOICES), min_size=10, max_size=10),
        is_last_day=st.booleans(),
    )  # fmt: skip
    def all_cast(self, poll, choices, is_last_day):
        """Each person that there is, for the voter whose ballot is theirs."""
        if pk := self.secret_poll(poll):
            for person, choice in zip([*self.people, self.animator], choices, strict=False):
                for voter in self.polls[pk].voters:
                    if person.pk in self.speakers(voter, self.polls[pk]):
                        self.cast_for(voter, pk, person, choice)
            if is_last_day:
                self.days_pass(2)
                self.worker_comes()
                self.look(self.author, pk, self.polls[pk])

    def secret_poll(self, number):
        secret = sorted(pk for pk, it in self.polls.items() if it.kind == "secret")
        return secret[number % len(secret)] if secret else None

    def cast_for(self, voter, pk, person, choice):
        it = self.polls[pk]
        may = self.may_answer(person, it) and person.pk in self.speakers(voter, it)
        may = may and voter not in it.cast
        row = self.row_of(pk, voter)
        about = Poll.objects.get(pk=pk), person, choice
        assert self.succeeds(cast, *about, voter=row) == may
        if may:
            it.cast.add(voter)
            it.ballots.append(choice)

    def may_answer(self, person, it):
        is_there = it.takes_votes and self.reads(person, self.space_of[it.thread])
        return is_there and self.is_member(person)

    def speakers(self, voter, it):
        """Who votes for ``voter``: its people, or they, or who followed in their seat."""
        if it.of_organisations:
            people = {*self.people, self.animator}
            return {
                who.pk for who in people if self.organisation_of(who.pk) == voter
            } - self.gone
        chain = [voter]
        while chain[-1] in self.successors and len(chain) < 4:
            chain.append(self.successors[chain[-1]])
        return set(chain) - self.gone

    @rule(number=st.sampled_from([0, 1, 9]), poll=polls)
    def close(self, number, poll):
        if (pk := self.poll(poll)) is None:
            return
        it, person = self.polls[pk], self.animator if number == 9 else self.people[number]
        row, viewer = Poll.objects.get(pk=pk), viewer_of_person(person)
        if self.succeeds(actions.close_poll, row, viewer) and not it.is_closed:
            assert it.kind != "secret" and self.may_answer(person, it)
            assert person.pk == it.author or person == self.animator
            assert len(it.cast) == len(it.voters)
            it.close()

    @rule(days=st.integers(1, 2))
    def days_pass(self, days):
        bring_nearer(Poll, days, "closes_on")
        for it in self.polls.values():
            if it.days is not None:
                it.days -= days

    @rule()
    def worker_comes(self):
        close_polls.call()
        for it in self.polls.values():
            if it.days is not None and it.days < 0:
                it.close()
            it.is_counted = it.is_closed and it.is_frozen

    def moved_before_more(self, thread):
        for it in self.polls.values():
            if it.thread == thread:
                it.close()
                it.is_named = False
                it.is_gone |= it.author != self.author_of[thread] or it.is_frozen

    def merged(self, thread, into):
        there = [it for it in self.polls.values() if it.thread == into]
        has_open = any(not (it.is_closed or it.is_gone) for it in there)
        for it in self.polls.values():
            if it.thread == thread:
                it.thread = into
                if has_open:
                    it.close()

    @invariant()
    def each_page_shows_a_recount_to_whom_it_may(self):
        self.looks += 1
        person = self.viewers()[self.looks % len(self.viewers())]
        for pk, it in self.polls.items():
            self.look(person, pk, it)

    def look(self, person, pk, it):
        """Look at the page of a poll as ``person`` does."""
        answer = self.browser(person).get(f"/sondages/{pk}/")
        person = person if person is None or person.pk not in self.closed else None
        is_seen = not it.is_gone and self.reads(person, self.space_of[it.thread])
        assert (answer.status_code == 200) == is_seen
        if not is_seen:
            return
        shown, text = answer.context["shown"], words(answer.text.split("<main")[1])
        own = person and it.votes.get(self.voter_of(person, it) if it.is_frozen else person.pk)
        assert [(set(one.chosen), set(one.if_needed)) for one in shown.own] == [own] * bool(own)
        is_shown = it.shows_results_to(own)
        if not is_shown:
            assert shown.results == [] and not any(word in text for word in HIDDEN)
        else:
            results = [
                (row.vote_count, row.if_needed_count, *(self.voting(of, it) for of in names))
                for row, *names in shown.results
            ]
            assert results[: len(CHOICES)] == it.recount()
        if not (it.is_frozen or (it.is_named and is_shown)):
            known = {it.author, person and person.pk, *self.closed}
            unseen = [who for who in self.people if who.pk not in known]
            assert not [who for who in unseen if who.full_name in text]
        row = Poll.objects.get(pk=pk)
        assert (row.is_counted, row.outcome) == (
            it.is_counted, it.outcome() if it.is_counted else ""
        )  # fmt: skip
        assert words(row.outcome_text).lower() in text.lower()
        key = "organisation" if it.of_organisations else "seat__person"
        voters = PollVoter.objects.filter(poll=pk)
        assert set(voters.values_list(key, flat=True)) == {*it.voters}
        assert set(voters.filter(has_voted=True).values_list(key, flat=True)) == it.cast

    def voting(self, votes, it):
        """Who cast ``votes``: people, or the frozen voters of the poll."""
        if not it.is_frozen:
            return {one.person_id for one in votes}
        voters = [one.voter for one in votes]
        if it.of_organisations:
            return {one.organisation_id for one in voters}
        return {one.seat.person_id for one in voters}

    @rule(n=threads, number=numbers)
    def look_at_head(self, n, number):
        """Nobody is shown there what all may not be."""
        thread = Thread.objects.get(pk=self.thread(n))
        head = card(self.browser(self.viewers()[number % len(self.viewers())]), thread)
        of_thread = [it for it in self.polls.values() if it.thread == thread.pk]
        if head and any(word in head for word in HIDDEN):
            assert any(it.shows_results_to(()) and not it.is_gone for it in of_thread)


@pytest.mark.lives
@pytest.mark.django_db
@pytest.mark.usefixtures("no_posting_limits")
def test_polls_show_a_recount_to_whom_they_may_in_whatever_order_things_happen():
    run_lives(Polls, steps=40)
