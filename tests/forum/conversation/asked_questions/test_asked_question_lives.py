"""However questions are asked, passed on, declined, shared, settled and moved, in whatever
order: nobody is asked, counted or told of what they do not read, over the ceiling, or twice,
and words reach only those to whom they were said.

Who reads which space, and the words that each may have been told, are kept apart from what is
tested.
"""

from collections import Counter

import pytest
from django.conf import settings as site
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.models import College
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals import actions as referrals
from forum.conversation.addressees.same_questions import actions as sharing
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.addressees.selection.actions import ask_others
from forum.conversation.addressees.selection.queries import (
    COLLEGE,
    EXPERTISE,
    Criteria,
    proposals,
)
from forum.conversation.inbox.sources.questions import questions_to_answer
from forum.conversation.questions.actions import unaccept_answer
from forum.conversation.threads.settlements.actions import settle_question
from forum.models import Expertise, Post, Thread, Topic
from forum.moderation import actions as moderation
from tests import factories
from tests.clients import guest_client
from tests.factories import AUTHORITIES, SUPPORT, start_thread
from tests.forum.conversation.notification_helpers import notifications_by
from tests.stateful import UndoneMachine, run_lives

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]
PLACES = ["public", "network", AUTHORITIES, SUPPORT, "group"]
numbers, places = st.integers(0, 30), st.sampled_from(PLACES)


class Life(UndoneMachine):
    """A forum whose people each read some spaces and have an organisation of their own."""

    def __init__(self, people, spaces, browser_of):
        super().__init__()
        network = {"public", "network"}
        self.spaces = spaces
        self.reads = {
            "authorities": network | {AUTHORITIES},
            "projects": network,
            "support": network | {SUPPORT},
            "animator": network | {SUPPORT},
            "group": network | {"group"},
        }
        self.people = {name: getattr(people, name) for name in self.reads}
        self.seats = {name: one.seats.get() for name, one in self.people.items()}
        self.members = {name: viewer_of_person(one) for name, one in self.people.items()}
        self.viewers = self.members | {"guest": GUEST}
        self.pages = {name: browser_of(one) for name, one in self.people.items()}
        self.pages["guest"] = guest_client()
        self.reads["guest"] = {"public"}
        self.animators = {"animator": SUPPORT}
        #: What was said, to whom: ``{word: the names of those who read it then}``.
        self.said, self.count = {}, 0
        Expertise.objects.create(person=people.support, topic=Topic.objects.first())
        for place in PLACES:
            self.start(place, 0)

    def values(self, viewer, number):
        """One to three whom ``viewer`` may name."""
        slugs = [seat.organisation.slug for seat in self.seats.values()]
        chosen = {slugs[(number * step) % len(slugs)] for step in (1, 2, 3)[: number % 3 + 1]}
        found = (find_addressee(viewer, f"organisation-{slug}") for slug in sorted(chosen))
        return [one for one in found if one]

    def place_of(self, thread):
        return next(name for name, one in self.spaces.items() if one.pk == thread.space_id)

    def say(self, thread):
        """A word that is said to who reads the thread."""
        self.count += 1
        word = f"motsecret{self.count}x"
        place = self.place_of(Thread.objects.get(pk=thread.pk))
        self.said[word] = {name for name, reads in self.reads.items() if place in reads}
        return word

    # ------------------------------------------------------------------------ what happens

    @rule(place=places, number=numbers)
    def start(self, place, number):
        names = [name for name in self.members if place in self.reads[name]]
        name, viewer = names[number % len(names)], self.members[names[number % len(names)]]
        self.count += 1
        self.attempt(
            start_thread, self.people[name], self.spaces[place],
            title=f"La question numéro {self.count}", addressees=self.values(viewer, number),
        )  # fmt: skip

    @rule(number=numbers, whom=numbers)
    def ask_others(self, number, whom):
        if thread := self.one(Thread.objects.filter(kind="question"), number):
            viewer = viewer_of_person(thread.author)
            self.attempt(ask_others, thread, viewer, self.values(viewer, whom))

    @rule(name=st.sampled_from(["authorities", "projects", "support", "group"]), number=numbers)
    def pass_on(self, name, number):
        if row := self.one(ThreadAddressee.objects.all(), number):
            viewer = self.members[name]
            for to in self.values(viewer, number)[:1]:
                self.attempt(referrals.pass_on, row, viewer, to, "")

    @rule(name=st.sampled_from(["authorities", "projects", "support", "group"]), number=numbers)
    def decline(self, name, number):
        if row := self.one(ThreadAddressee.objects.all(), number):
            words = self.say(row.thread)
            self.attempt(referrals.decline, row, self.members[name], "other", words)

    @rule(name=st.sampled_from(["authorities", "projects", "support", "group"]), number=numbers)
    def share(self, name, number):
        if thread := self.one(Thread.objects.all(), number):
            self.attempt(sharing.say_same_question, thread, self.members[name])

    @rule(number=numbers, again=st.booleans())
    def settle(self, number, again):
        if thread := self.one(Thread.objects.all(), number):
            viewer = self.members["animator"] if number % 2 else viewer_of_person(thread.author)
            if again:
                self.attempt(unaccept_answer, thread, viewer)
            else:
                self.attempt(settle_question, thread, viewer, self.say(thread))

    @rule(name=st.sampled_from(["authorities", "projects", "support", "group"]), number=numbers)
    def reply(self, name, number):
        if thread := self.one(Thread.objects.all(), number):
            self.attempt(factories.post_reply, self.people[name], thread)

    @rule(number=numbers)
    def hide(self, number):
        if post := self.one(Post.objects.filter(number__gt=1), number):
            self.attempt(moderation.hide_post, post, self.members["animator"], "Non.")

    @rule(number=numbers, place=st.sampled_from(["public", "network", SUPPORT]))
    def move(self, number, place):
        if thread := self.one(Thread.objects.all(), number):
            self.attempt(
                factories.move_thread, thread, self.members["animator"], self.spaces[place]
            )

    # ---------------------------------------------------------------------- what must hold

    @invariant()
    def nobody_is_asked_over_the_ceiling_or_twice(self):
        asked = AskedOrganisation.objects.values_list("organisation", flat=True)
        assert max(Counter(asked).values(), default=0) <= site.FORUM_QUESTIONS_PER_WEEK

    @rule(name=st.sampled_from(["authorities", "projects", "support", "group"]), place=places)
    def look_whom_one_could_ask(self, name, place):
        """Those who read there, below the ceiling; what they have is what the asker sees."""
        if place not in self.reads[name]:
            return
        viewer, topic, space = self.members[name], Topic.objects.first(), self.spaces[place]
        full = Counter(AskedOrganisation.objects.values_list("organisation", flat=True))
        seen = Post.objects.visible_to(viewer).filter(thread__topic=topic)
        wrote = set(seen.values_list("seat__organisation__slug", flat=True))
        wrote.add(self.seats["support"].organisation.slug)
        slugs = {other: seat.organisation.slug for other, seat in self.seats.items()}
        may = {
            slugs[other]
            for other, seat in self.seats.items()
            if place in self.reads[other]
            and other != name
            and full[seat.organisation_id] < site.FORUM_QUESTIONS_PER_WEEK
        }
        found = [proposals(viewer, Criteria(EXPERTISE), space, topic)]
        for college in College.objects.all():
            found.append(proposals(viewer, Criteria(COLLEGE, college=college), space, topic))
        for one in found:
            named = {row.value.removeprefix("organisation-") for row in one.rows}
            assert named & set(slugs.values()) <= may
            testified = {it.removeprefix("organisation-") for it in one.testified_values}
            assert testified <= wrote
            assert (one.total, one.testified) == (len(one.rows), len(testified))

    @invariant()
    def what_waits_is_what_one_reads(self):
        for name, viewer in self.members.items():
            threads = Thread.objects.visible_to(viewer)
            titles = set(threads.values_list("title", flat=True))
            for one in notifications_by(questions_to_answer, self.people[name], viewer):
                assert any(title in one.text for title in titles), (name, one)

    @invariant()
    def the_same_question_is_counted_as_a_plain_scan_does(self):
        for thread in Thread.objects.all():
            rows = SameQuestion.objects.filter(thread=thread)
            assert thread.same_question_count == len({row.organisation_id for row in rows})

    @rule(name=st.sampled_from(["guest", "authorities", "projects", "support", "group"]))
    def look(self, name):
        """At threads, their lists and the inbox."""
        threads = Thread.objects.visible_to(self.viewers[name])
        addresses = ["/", *(one.get_absolute_url() for one in threads)]
        addresses += [reverse("same-questions", args=[one.pk]) for one in threads]
        for address in addresses:
            page = self.pages[name].get(address).text
            told = {word for word, readers in self.said.items() if word in page}
            assert all(name in self.said[word] for word in told), (name, address)


@pytest.mark.lives
def test_however_questions_are_asked_nobody_is_asked_or_told_what_they_do_not_read(
    people, spaces, browser_of
):
    run_lives(lambda: Life(people, spaces, browser_of), steps=8)
