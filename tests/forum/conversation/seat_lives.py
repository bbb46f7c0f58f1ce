"""Lives of people of four organisations, whose seats end and are handed over."""

from datetime import timedelta

from django.db.models import Model
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.members.closing.tasks import close_due_accounts
from forum.models import Thread, Topic
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests import factories
from tests.clients import sign_in
from tests.stateful import UndoneMachine

NAMES = "Anne Arnal", "Bruno Bel", "Carla Cros", "Denis Dru", "Emma Eyt", "Fabien Fau"
MAX_PEOPLE = 9
#: Spaces, those that fewer read first.
SPACES = factories.PROJECTS, "network", "public"
numbers, threads = st.integers(0, 9), st.integers(0, 2)


class SeatLives(UndoneMachine):
    """Six people, the first of whom, the author, stays; others come by seats handed over.

    ``gone``: the ids of those who have no seat any more; ``successors``: who followed whom.
    """

    def __init__(self):
        super().__init__()
        self.spaces = factories.create_spaces(factories.create_colleges())
        factories.create_charter()
        Topic.objects.create(slug="bois", name="Bois")
        self.people, self.gone, self.successors = [], set(), {}
        for n, name in enumerate(NAMES):
            person = factories.create_person(name)
            college = factories.AUTHORITIES if n % 2 else factories.PROJECTS
            joined = self.people[n - 4].seats.get().organisation if n > 3 else None
            factories.create_seat(person, college, organisation=joined)
            self.people.append(person)
        self.author = self.people[0]
        self.staying = [self.author]

    def person(self, number):
        """One of the people, by a number that may be beyond them."""
        return self.people[number % len(self.people)]

    @rule(number=numbers)
    def leave(self, number):
        person = self.person(number)
        if person not in self.staying:
            person.seats.update(ended_at=timezone.now())
            self.gone.add(person.pk)

    @rule(number=numbers)
    def hand_over(self, number):
        person = self.person(number)
        left = person.seats.first()
        if left.is_over and left.successor is None and len(self.people) < MAX_PEOPLE:
            follower = factories.create_person(f"Suite {len(self.people)}")
            college = left.organisation.college.slug
            seat = factories.create_seat(follower, college, organisation=left.organisation)
            left.successor = seat
            left.save()
            self.people.append(follower)
            self.successors[person.pk] = follower.pk


class ThreadLives(SeatLives):
    """Their three threads, which an animator moves, merges and splits, while days pass.

    ``space_of``: the name of the space of each thread, by its id; a merged one has none.
    """

    def __init__(self):
        super().__init__()
        self.animator = factories.create_person(
            "Lucie Lod", factories.PROJECTS, is_animator=True
        )
        self.staying.append(self.animator)
        self.colleges = {
            person.pk: person.seats.get().organisation.college.slug for person in self.people
        } | {self.animator.pk: factories.PROJECTS}
        self.closed, self.browsers, self.space_of, self.author_of = set(), {}, {}, {}
        for person in self.author, self.people[1], self.animator:
            thread = factories.start_thread(person, self.spaces["network"])
            factories.post_reply(self.people[2], thread)
            self.space_of[thread.pk], self.author_of[thread.pk] = "network", person.pk

    def person(self, number):
        return [*self.people, self.animator][number % (len(self.people) + 1)]

    def thread(self, number):
        """The id of one of the threads that there are."""
        pks = sorted(self.space_of)
        return pks[number % len(pks)]

    def is_member(self, person):
        return person is not None and person.pk not in self.gone

    def reads(self, person, space):
        """Whether ``person``, or a guest, reads the space of that name."""
        if space == "public":
            return True
        if not self.is_member(person):
            return False
        return space == "network" or self.college_of(person.pk) == space

    def college_of(self, pk):
        """The slug of a person's college; a successor has that of whom they follow."""
        before = {after: left for left, after in self.successors.items()}
        return self.college_of(before[pk]) if pk in before else self.colleges[pk]

    def viewers(self):
        """A guest, who stays and animates, and all others."""
        return [None, self.author, self.animator, *self.people[1:]]

    def browser(self, person):
        pk = person and person.pk
        if pk not in self.browsers:
            self.browsers[pk] = sign_in(person)
        return self.browsers[pk]

    def succeeds(self, action, *args, **kwargs):
        """Whether ``action`` is not refused."""
        return self.attempt(lambda: (action(*args, **kwargs), True)[1]) is True

    @rule(number=numbers)
    def close_account(self, number):
        person = self.person(number)
        if person in self.staying or person.pk in self.closed:
            return
        if self.succeeds(ask_to_close, person, days=0):
            close_due_accounts.call()
            self.gone.add(person.pk)
            self.closed.add(person.pk)
            self.account_closed(person)

    @rule(n=threads, space=st.sampled_from(SPACES))
    def move(self, n, space):
        thread = Thread.objects.get(pk=self.thread(n))
        viewer, before = viewer_of_person(self.animator), self.space_of[thread.pk]
        self.attempt(factories.move_thread, thread, viewer, self.spaces[space])
        if Thread.objects.filter(pk=thread.pk, space=self.spaces[space]).exists():
            self.space_of[thread.pk] = space
            if SPACES.index(space) > SPACES.index(before):
                self.moved_before_more(thread.pk)

    @rule(n=threads, into=threads)
    def merge(self, n, into):
        thread, other = (Thread.objects.get(pk=self.thread(it)) for it in (n, into))
        viewer = viewer_of_person(self.animator)
        if thread != other and self.succeeds(merge_threads, thread, other, viewer):
            self.merged(thread.pk, other.pk)
            del self.space_of[thread.pk]

    @rule(n=threads)
    def split(self, n):
        thread = Thread.objects.get(pk=self.thread(n))
        about = {"topic": Topic.objects.get(), "kind": "question", "tags": [], "numbers": [2]}
        viewer = viewer_of_person(self.animator)
        self.attempt(split_thread, thread, viewer, title="Un fil à part\u202f?", **about)

    def account_closed(self, person):
        """What a closed account changes."""

    def moved_before_more(self, thread):
        """What a move before more readers changes."""

    def merged(self, thread, into):
        """What a merge changes."""


def bring_nearer(model: type[Model], days, *names):
    """Let so many ``days`` pass for all rows of ``model``: what ``names`` say is nearer."""
    for row in model._default_manager.all():
        for name in names:
            if value := getattr(row, name):
                setattr(row, name, value - timedelta(days=days))
        row.save(update_fields=names)
