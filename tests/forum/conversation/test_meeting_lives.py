"""Places of meetings go to who waits longest, and nobody else is shown where a call is.

People register, withdraw, leave, hand over and close accounts, places become more or fewer;
threads are moved, merged and split, days pass and the worker comes late.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings import actions
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.tasks import keep_meetings
from forum.models import Thread
from tests.forum.conversation.meeting_helpers import CALL, add_meeting
from tests.forum.conversation.seat_lives import ThreadLives, bring_nearer, numbers, threads
from tests.stateful import run_lives

meetings, bounds = st.integers(0, 3), st.sampled_from([None, 0, 1, 2, 3])


@dataclass
class Listed:
    """A meeting as plain Python keeps its lists: ids of people, who waits the longest first."""

    thread: int
    author: int
    most: int | None
    days: int = 3
    has_call: bool = True
    going: list = field(default_factory=list)
    waiting: list = field(default_factory=list)

    @property
    def takes_registrations(self):
        return self.days >= 0

    @property
    def people(self):
        return {*self.going, *self.waiting}

    def leave(self, pk):
        for of in self.going, self.waiting:
            if pk in of:
                of.remove(pk)

    def give_places(self, may_read):
        """Those that are free, to who waits longest; who reads it no more loses theirs."""
        if self.waiting:
            for pk in [*self.going, *self.waiting]:
                if not may_read(pk):
                    self.leave(pk)
        while self.waiting and (self.most is None or len(self.going) < self.most):
            self.going.append(self.waiting.pop(0))


class Meetings(ThreadLives):
    """Meetings of three threads, held to lists of plain Python."""

    def __init__(self):
        super().__init__()
        self.meetings, self.looks = {}, 0
        self.set_one(self.author, self.thread(0), 2)

    def listed(self, number):
        """The row of a meeting, and what plain Python knows of it."""
        pks = sorted(self.meetings)
        if not pks:
            return None, None
        pk = pks[number % len(pks)]
        return Meeting.objects.get(pk=pk), self.meetings[pk]

    def give_places(self, it):
        if it.takes_registrations:
            space, people = self.space_of[it.thread], [*self.people, self.animator]
            by_pk = {person.pk: person for person in people}
            it.give_places(lambda pk: self.reads(by_pk[pk], space))

    @rule(number=st.sampled_from([0, 9]), n=threads, most=bounds)
    def set(self, number, n, most):
        self.set_one(self.animator if number else self.author, self.thread(n), most)

    def set_one(self, person, pk, most):
        thread = Thread.objects.get(pk=pk)
        meeting = self.attempt(add_meeting, thread, person, days=3, max_people=most)
        if meeting and meeting.pk not in self.meetings and len(self.meetings) < 3:
            self.meetings[meeting.pk] = Listed(thread.pk, person.pk, most)

    @rule(number=numbers, n=meetings)
    def register(self, number, n):
        self.register_person(self.person(number), n)

    def register_person(self, person, n):
        meeting, it = self.listed(n)
        if it is None:
            return
        may = self.is_member(person) and self.reads(person, self.space_of[it.thread])
        may = may and it.takes_registrations
        got = self.succeeds(actions.register, meeting, viewer_of_person(person))
        assert got == may or person.pk in it.people
        if may and person.pk not in it.people:
            is_full = it.most is not None and len(it.going) >= it.most
            if is_full or it.waiting:
                it.waiting.append(person.pk)
                self.give_places(it)
            else:
                it.going.append(person.pk)

    @rule(n=meetings)
    def all_register(self, n):
        for person in self.people:
            self.register_person(person, n)

    @rule(number=numbers, n=meetings)
    def withdraw(self, number, n):
        meeting, it = self.listed(n)
        if it is None:
            return
        person = self.person(number)
        viewer = viewer_of_person(person)
        if self.reads(person, self.space_of[it.thread]):
            got = self.succeeds(actions.withdraw, meeting, viewer)
            assert got <= it.takes_registrations
        else:
            got = self.succeeds(actions.withdraw_unseen, meeting.pk, viewer)
        if got and person.pk in it.people:
            it.leave(person.pk)
            self.give_places(it)

    @rule(n=meetings, most=bounds)
    def change_places(self, n, most):
        meeting, it = self.listed(n)
        if it is None:
            return
        values = actions._values_of(meeting)._replace(max_people=most)
        viewer = viewer_of_person(self.animator)
        got = self.succeeds(actions.edit_meeting, meeting, viewer, values)
        assert got == it.takes_registrations
        if got and most != it.most:
            it.most = most
            self.give_places(it)

    def account_closed(self, person):
        for it in self.meetings.values():
            it.leave(person.pk)

    @rule(days=st.integers(1, 2))
    def days_pass(self, days):
        bring_nearer(Meeting, days, "starts_at", "ends_at")
        for it in self.meetings.values():
            it.days -= days

    @rule()
    def worker_comes(self):
        keep_meetings.call()
        for it in self.meetings.values():
            self.give_places(it)

    def moved_before_more(self, thread):
        for it in self.meetings.values():
            if it.thread == thread and it.author != self.author_of[thread]:
                it.has_call = False

    def merged(self, thread, into):
        for it in self.meetings.values():
            if it.thread == thread:
                it.thread = into

    @invariant()
    def places_are_those_of_who_came_first(self):
        for pk, it in self.meetings.items():
            rows = Meeting.objects.get(pk=pk).registrations
            going = rows.exclude(placed_at=None).values_list("person", flat=True)
            assert set(going) == set(it.going)
            waiting = rows.filter(placed_at=None).order_by("registered_at", "pk")
            assert list(waiting.values_list("person", flat=True)) == it.waiting

    @invariant()
    def each_page_shows_calls_and_names_to_whom_it_may(self):
        self.looks += 1
        viewers = self.viewers()
        for pk, it in self.meetings.items():
            self.look(viewers[self.looks % len(viewers)], pk, it)

    def look(self, person, pk, it):
        """Look at the page of a meeting, and at its calendar file, as ``person`` does."""
        browser = self.browser(person)
        page, file = (browser.get(f"/rencontres/{pk}/{name}") for name in ("", "rencontre.ics"))
        person = person if person is None or person.pk not in self.closed else None
        own = person.pk if person else 0
        is_seen = self.reads(person, self.space_of[it.thread])
        assert (file.status_code == 200) == is_seen
        if not is_seen:
            assert page.status_code == (200 if own in it.people else 404)
            assert CALL not in page.text
            return
        shown, meeting = page.context["shown"], page.context["meeting"]
        assert (meeting.going_count, meeting.waiting_count) == (len(it.going), len(it.waiting))
        assert (shown.own is not None) == (own in it.people)
        assert shown.has_place == (own in it.going)
        keeps = person == self.animator or own == self.author_of[it.thread]
        has_call = it.has_call and (own in it.going or (keeps and self.is_member(person)))
        assert (CALL in page.text) == has_call
        assert (CALL in file.text.replace("\r\n ", "")) <= has_call
        reads_names = person == self.animator or (keeps and own == it.author)
        names = {row.person_id for row in shown.names}
        assert names == (it.people if reads_names and self.is_member(person) else set())


@pytest.mark.lives
@pytest.mark.django_db
@pytest.mark.usefixtures("no_posting_limits")
def test_places_are_fair_and_calls_hidden_in_whatever_order_things_happen():
    run_lives(Meetings, steps=40)
