"""Members who ask, answer, pass on and decline by the forum's own actions, day after day.

It needs a site that is set up (``manage.py shell``, or a test). A day passes by dating back
what happened before.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import NamedTuple
from uuid import uuid4

from django.db.models import F

from accounts.models import College, Territory
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.rules import Refused
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals import actions as referrals
from forum.conversation.addressees.selection.queries import (
    COLLEGE,
    EXPERTISE,
    SIMILAR,
    Criteria,
    askable_organisations,
    proposals,
)
from forum.conversation.questions.quiet_questions.actions import tell_who_knows
from forum.conversation.threads.actions import post_reply, start_thread
from forum.models import Expertise, Thread, Topic
from tests import factories

#: Who know its topic that a question is to reach, where there are as many.
ENOUGH = 3
#: Of a hundred who are asked, so many answer, those who know the topic and the others; so many
#: of all pass it on or decline.
_KNOWING_ANSWER, _OTHERS_ANSWER, _PASS_ON, _DECLINE = 55, 25, 8, 12


class Member(NamedTuple):
    """Somebody who asks and is asked for an organisation."""

    viewer: Viewer
    organisation_id: int
    value: str
    territory: Territory


@dataclass
class Year:
    """What came of it. ``asked_on``: by organisation, the days on which it was told of one."""

    questions: int = 0
    answered: int = 0
    asked_on: dict = field(default_factory=lambda: defaultdict(list))
    #: How many who know its topic each question reached, and could at that moment; by topic.
    reached: dict = field(default_factory=lambda: defaultdict(list))
    outcomes: Counter = field(default_factory=Counter)

    def busiest_week(self):
        """The most questions that one organisation was told of within seven days."""
        weeks = (
            sum(first <= later < first + 7 for later in days)
            for days in self.asked_on.values()
            for first in days
        )
        return max(weeks, default=0)

    def short(self):
        """The questions that reached fewer who know than they could, up to ``ENOUGH``."""
        pairs = [pair for of_topic in self.reached.values() for pair in of_topic]
        return [(got, could) for got, could in pairs if got < min(ENOUGH, could)]


def create_members(count, topics_each=3, seed=1):
    """``count`` members of organisations of all colleges, who each know some topics."""
    rng, topics = random.Random(seed), list(Topic.objects.order_by("pk"))  # noqa: S311
    colleges = cycle([factories.AUTHORITIES, factories.PROJECTS, factories.SUPPORT])
    members = []
    for n, college in zip(range(count), colleges, strict=False):
        person = factories.create_person(f"Personne {n}", college)
        organisation = person.seats.get().organisation
        place = Territory.objects.create(
            slug=f"lieu-{n}", name=f"Lieu {n}", type="commune", department_codes="22",
            population=rng.randint(500, 40_000),
        )  # fmt: skip
        organisation.territories.add(place)
        for topic in rng.sample(topics, min(topics_each, len(topics))):
            Expertise.objects.create(person=person, topic=topic)
        value = f"organisation-{organisation.slug}"
        members.append(Member(viewer_of_person(person), organisation.pk, value, place))
    return members


def simulate(members, space, *, questions, days, seed=1):
    """Have ``members`` ask ``questions`` in ``space`` within so many days; return the Year."""
    rng, year, day = random.Random(seed), Year(questions), 0  # noqa: S311
    topics, noted = list(Topic.objects.order_by("pk")), set()
    for n in range(questions):
        _ask(rng, year, members, space, topics[n % len(topics)], n)
        while day < days * (n + 1) // questions:
            year.outcomes["put to those who know, when quiet"] += tell_who_knows()
            _note(year, noted, day)
            _pass_a_day()
            day += 1
    return year


def _ask(rng, year, members, space, topic, number):
    asker = rng.choice(members)
    mode = rng.choice([SIMILAR, EXPERTISE, EXPERTISE, COLLEGE])
    college = rng.choice(list(College.objects.all()))
    criteria = Criteria(mode, territory=asker.territory, factor=5.0, college=college)
    knowing = askable_organisations(asker.viewer, space, topic).filter(has_testified=True)
    if mode == COLLEGE:
        knowing = knowing.filter(college=college)
    could = set(knowing.values_list("pk", flat=True))
    rows = proposals(asker.viewer, criteria, space, topic).rows[: rng.randint(ENOUGH, 8)]
    addressees = [find_addressee(asker.viewer, row.value) for row in rows]
    thread = start_thread(
        asker.viewer, space=space, topic=topic, kind="question", tags=[],
        title=f"Question numéro {number} ?", text=f"Comment faire, numéro {number} ?",
        idempotency_key=uuid4(), addressees=addressees,
    )  # fmt: skip
    told = AskedOrganisation.objects.filter(thread=thread)
    asked = set(told.values_list("organisation", flat=True))
    if mode != SIMILAR:  # Not all who know the topic are on territories like one's own.
        year.reached[topic.slug].append((len(asked & could), len(could)))
    year.outcomes["asked of nobody, all were asked enough"] += not asked
    _react(rng, year, members, thread, asked, could)


def _react(rng, year, members, thread, asked, knowing):
    by_organisation = {one.organisation_id: one for one in members}
    is_answered = False
    for pk in sorted(asked):
        one, chance = by_organisation[pk], rng.randrange(100)
        answer_up_to = _KNOWING_ANSWER if pk in knowing else _OTHERS_ANSWER
        question = ThreadAddressee.objects.get(
            thread=thread, asked_organisations__organisation=pk
        )
        if chance < answer_up_to:
            post_reply(thread, one.viewer, f"Chez nous, ainsi : {rng.random()}", uuid4())
            is_answered = True
        elif chance < answer_up_to + _PASS_ON:
            _pass_on(year, question, one.viewer, rng.choice(members).value)
        elif chance < answer_up_to + _PASS_ON + _DECLINE:
            referrals.decline(question, one.viewer, "no_time", "")
            year.outcomes["declined"] += 1
    year.answered += is_answered


def _pass_on(year, question, viewer, value):
    try:
        referrals.pass_on(question, viewer, find_addressee(viewer, value), "")
        year.outcomes["passed on"] += 1
    except Refused:
        year.outcomes["could not be passed on"] += 1


def _note(year, noted, day):
    for pk, organisation in AskedOrganisation.objects.values_list("pk", "organisation"):
        if pk not in noted:
            year.asked_on[organisation].append(day)
            noted.add(pk)


def _pass_a_day():
    day = timedelta(days=1)
    AskedOrganisation.objects.update(asked_at=F("asked_at") - day)
    Thread.objects.update(last_posted_at=F("last_posted_at") - day)
