"""What polls show equals a recount, to whom and when it may, whatever happens in which order.

People vote, change and take back, cast ballots, leave, hand over and close accounts; threads
are moved, merged and split, days pass and the worker comes late.
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
from forum.conversation.polls.models import Poll
from forum.conversation.polls.secret_ballots.models import PollVoter
from forum.conversation.polls.tasks import close_polls
from forum.models import Thread
from tests.forum.conversation.poll_helpers import (
    add_date_poll,
    add_poll,
    card,
    cast,
    open_vote,
    words,
)
from tests.forum.conversation.seat_lives import ThreadLives, bring_nearer, numbers, threads
from tests.stateful import run_lives

CHOICES = 1, 2, 3
KINDS = {"plain": add_poll, "dates": add_date_poll, "secret": open_vote}
HIDDEN = " voix, ", " oui, ", "Convient le mieux", "Qui a choisi", "Qui vient"
polls, some = st.integers(0, 5), st.sets(st.sampled_from(CHOICES))


@dataclass
class Counted:
    """A poll as plain Python counts it.

    ``votes``: by person the choices, and those if need be; ``ballots`` those of a secret one;
    ``voters`` who may cast one, ``cast`` for whom it was. ``days``: until its last.
    """

    thread: int
    author: int
    kind: str
    results: str
    takes_several: bool
    is_named: bool
    days: int | None
    votes: dict = field(default_factory=dict)
    voters: set = field(default_factory=set)
    cast: set = field(default_factory=set)
    ballots: list = field(default_factory=list)
    is_closed: bool = False
    is_counted: bool = False
    is_gone: bool = False

    @property
    def takes_votes(self):
        is_over = self.days is not None and self.days < 0
        return not (self.is_closed or self.is_gone or is_over)

    def close(self):
        if not self.is_closed:
            self.is_closed, self.days = True, None

    def shows_results_to(self, person):
        if self.kind == "secret":
            return self.is_counted
        has_voted = person is not None and person.pk in self.votes
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
    )  # fmt: skip
    def open(self, number, n, kind, results, several, named, days):
        person = self.animator if number == 9 else self.people[number]
        self.open_one(person, self.thread(n), kind, results, several, named, days)

    def open_one(self, person, pk, kind, results, several, named, days):
        thread = Thread.objects.get(pk=pk)
        about = {"results": results, "is_named": named, "takes_several": several}
        if kind == "secret":
            about, named, results, days = {}, False, "closed", days or 1
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
        it = Counted(pk, person.pk, kind, results, several, named, days)
        if kind == "secret":
            readers = {*self.people, self.animator}
            space = self.space_of[pk]
            assert space != "public"
            it.voters = {who.pk for who in readers if self.reads(who, space)}
            assert len(it.voters) >= 5
        self.polls[opened.pk] = it

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
        about = row, viewer_of_person(person), chosen, row.version, also
        may = self.may_answer(person, it) and it.kind != "secret" and is_right
        assert self.succeeds(actions.vote, *about) == bool(may)
        if may:
            it.votes[person.pk] = chosen, also

    @rule(number=numbers, poll=polls)
    def take_back(self, number, poll):
        if (pk := self.poll(poll)) is None:
            return
        it, person = self.polls[pk], self.person(number)
        row, viewer = Poll.objects.get(pk=pk), viewer_of_person(person)
        if self.succeeds(actions.take_vote_back, row, viewer):
            assert self.may_answer(person, it)
            it.votes.pop(person.pk, None)

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
                    if person.pk in self.speakers(voter):
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
        may = self.may_answer(person, it) and person.pk in self.speakers(voter)
        may = may and voter not in it.cast
        row = PollVoter.objects.get(poll=pk, seat__person=voter)
        about = Poll.objects.get(pk=pk), person, choice
        assert self.succeeds(cast, *about, voter=row) == may
        if may:
            it.cast.add(voter)
            it.ballots.append(choice)

    def may_answer(self, person, it):
        is_there = it.takes_votes and self.reads(person, self.space_of[it.thread])
        return is_there and self.is_member(person)

    def speakers(self, voter):
        """Who may cast the ballot of ``voter``: they, or who followed in their seat."""
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
            it.is_counted = it.is_closed and it.kind == "secret"

    def moved_before_more(self, thread):
        for it in self.polls.values():
            if it.thread == thread:
                it.close()
                it.is_named = False
                it.is_gone |= it.author != self.author_of[thread] or it.kind == "secret"

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
        own = shown.own and (set(shown.own.chosen), set(shown.own.if_needed))
        assert own == (it.votes.get(person.pk) if person else None)
        if not it.shows_results_to(person):
            assert shown.results == [] and not any(word in text for word in HIDDEN)
        else:
            results = [
                (row.vote_count, row.if_needed_count, *({it.pk for it in of} for of in names))
                for row, *names in shown.results
            ]
            assert results[: len(CHOICES)] == it.recount()
        if not (it.kind == "secret" or (it.is_named and it.shows_results_to(person))):
            known = {it.author, person and person.pk, *self.closed}
            unseen = [who for who in self.people if who.pk not in known]
            assert not [who for who in unseen if who.full_name in text]
        if it.kind == "secret":
            voters = PollVoter.objects.filter(poll=pk)
            assert set(voters.values_list("seat__person", flat=True)) == it.voters
            assert (
                set(voters.filter(has_voted=True).values_list("seat__person", flat=True))
                == it.cast
            )

    @rule(n=threads, number=numbers)
    def look_at_head(self, n, number):
        """Nobody is shown there what all may not be."""
        thread = Thread.objects.get(pk=self.thread(n))
        head = card(self.browser(self.viewers()[number % len(self.viewers())]), thread)
        of_thread = [it for it in self.polls.values() if it.thread == thread.pk]
        if head and any(word in head for word in HIDDEN):
            assert any(it.shows_results_to(None) and not it.is_gone for it in of_thread)


@pytest.mark.lives
@pytest.mark.django_db
@pytest.mark.usefixtures("no_posting_limits")
def test_polls_show_a_recount_to_whom_they_may_in_whatever_order_things_happen():
    run_lives(Polls, steps=40)
