"""Who would be asked: territories like one's own, a college, those who know a topic, the named.

Only organisations in which somebody may answer in the space are proposed or counted, and what
they have on the topic is what the asker sees of it. Who has been told of enough questions this
week is passed over, and so is who was asked already. First come those who have testified on
the topic; among them, and then among the others, who was asked the longest ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.text import fold
from accounts.models import College, DirectorySeat, Organisation, Seat, Territory
from accounts.territories.models import in_department
from accounts.territories.queries import is_acted_on
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.expertise.models import Expertise
from forum.base.spaces.models import ContributionCount, Space, Topic
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.ceiling.queries import asked_this_week, last_asked_at
from forum.conversation.addressees.queries import (
    find_addressee,
    organisations_asked,
    reading_seats,
)
from forum.conversation.addressees.selection.similarity import similar_territories
from forum.conversation.threads.models import Thread

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: How many are proposed at once.
MAX_PROPOSED = 30
#: Of the nearest territories, where none answers to all criteria.
MAX_NEAREST = 5
#: Names that are looked for at once.
MAX_NAMES = 10
SIMILAR, COLLEGE, EXPERTISE, NAMED = "similar", "college", "expertise", "named"
MODES = {
    SIMILAR: _("À des territoires comme le mien"),
    EXPERTISE: _("À ceux qui connaissent le sujet"),
    COLLEGE: _("À un collège"),
    NAMED: _("À ceux que je nomme"),
}


@dataclass(frozen=True)
class Criteria:
    """Whom one looks for, by one of ``MODES``.

    Of territories like ``territory``: of the same type, with a population within ``factor``
    (None: any), in the same ``area``; ``has_same_topics``: where people write on what those of
    ``territory`` write on most. ``is_experienced``: only who has testified on the topic.
    """

    mode: str
    territory: Territory | None = None
    is_same_type: bool = False
    factor: float | None = None
    area: str = ""
    has_same_topics: bool = False
    college: College | None = None
    names: tuple[str, ...] = ()
    is_experienced: bool = False

    @property
    def lacks_population(self) -> bool:
        """Whether territories of about its population are asked for, and it has none known."""
        return bool(self.factor and self.territory and not self.territory.population)


#: What is dropped of criteria where nobody answers to them, the first that is missed least.
_WIDER: tuple[tuple[str, Any, _StrPromise], ...] = (
    ("factor", None, _("le nombre d’habitants")),
    ("has_same_topics", False, _("les sujets")),
    ("is_same_type", False, _("la nature du territoire")),
    ("area", "", _("le lieu")),
)


class Proposed(NamedTuple):
    """One who would be asked; ``value`` as forms say it."""

    value: str
    name: str
    has_testified: bool


class Proposals(NamedTuple):
    """Who would be asked: the first of ``total``, of whom ``testified`` have on the topic."""

    rows: list[Proposed]
    total: int
    testified: int
    are_territories: bool = False
    #: The criteria that were dropped, in words, as no territory answers to all: these are the
    #: nearest.
    dropped: tuple[str, ...] = ()
    #: Territories that answer to the other criteria, and nobody knows how many live there.
    uncounted: int = 0
    #: Whether nobody knows how many live in one's own, which are not compared then.
    lacks_population: bool = False
    #: Names that nobody has, or nobody who can be asked here.
    unknown: tuple[str, ...] = ()
    #: Those after ``rows`` who may be asked too, and whom the page leaves to be ticked.
    unticked: tuple[Proposed, ...] = ()

    @property
    def testified_values(self) -> set[str]:
        """Those of its rows, as forms say them, who have testified on the topic."""
        return {row.value for row in self.rows if row.has_testified}


def proposals(
    viewer: Viewer,
    criteria: Criteria,
    space: Space,
    topic: Topic | None,
    thread: Thread | None = None,
) -> Proposals:
    """Who would be asked in ``space`` by ``criteria``; not who ``thread`` was put to.

    Where no territory answers to all criteria, the nearest ones.
    """
    is_similar = criteria.mode == SIMILAR
    dropped: tuple[str, ...] = ()
    askable = askable_organisations(viewer, space, topic, thread)
    if is_similar:
        rows = list(_similar_territories(viewer, criteria, askable))
        if not rows:
            rows, dropped = _nearest_territories(viewer, criteria, askable)
    elif criteria.mode == NAMED:
        return _named(viewer, criteria.names, space, askable)
    else:
        of_college = Q(college=criteria.college)
        askable = askable.filter(
            of_college if criteria.mode == COLLEGE else Q(has_testified=True)
        )
        rows = [
            Proposed(f"organisation-{it.slug}", str(it), it.has_testified) for it in askable
        ]
    if criteria.is_experienced:
        rows = [row for row in rows if row.has_testified]
    testified = sum(row.has_testified for row in rows)
    dropped = dropped if rows else ()
    proposed = Proposals(rows[:MAX_PROPOSED], len(rows), testified, is_similar, dropped)
    if not is_similar:
        return proposed
    uncounted = _count_uncounted(viewer, criteria, askable, rows)
    return proposed._replace(uncounted=uncounted, lacks_population=criteria.lacks_population)


def askable_organisations(
    viewer: Viewer, space: Space, topic: Topic | None, thread: Thread | None = None
) -> QuerySet[Organisation]:
    """The organisations that may be asked in ``space``, in the order of fairness.

    ``has_testified``: they have on ``topic`` what ``viewer`` sees, or people who know it.
    """
    at = timezone.now()
    own = Seat.objects.filter(pk__in=viewer.seat_ids).values("organisation")
    reading = reading_seats(space).exclude(person=viewer.person_id)
    known = visibility.organisations(viewer, at=at)
    organisations = Organisation.objects.in_network(at).filter(known)
    organisations = organisations.filter(pk__in=reading.values("organisation"))
    organisations = organisations.exclude(pk__in=own)
    if thread is not None:
        asked = AskedOrganisation.objects.filter(thread=thread)
        organisations = organisations.exclude(pk__in=asked.values("organisation"))
        if thread.seat_id:
            organisations = organisations.exclude(seats=thread.seat_id)
    annotations = {
        "asked": asked_this_week(at),
        "last_asked": last_asked_at(),
        "has_testified": _testified(viewer, topic),
    }
    organisations = organisations.annotate(**annotations)
    organisations = organisations.filter(Q(("asked__lt", settings.FORUM_QUESTIONS_PER_WEEK)))
    order = "-has_testified", F("last_asked").asc(nulls_first=True), "pk"
    return organisations.order_by(*order)


def _testified(viewer: Viewer, topic: Topic | None) -> Q:
    """The condition that an organisation wrote on ``topic``, or has who say they know it."""
    topic_id = topic.pk if topic else 0
    written = ContributionCount.objects.visible_to(viewer).filter(topic=topic_id, count__gt=0)
    listed = DirectorySeat.objects.listed().filter(organisation=OuterRef("pk"))
    known = Expertise.objects.filter(topic=topic_id, person=OuterRef("person"))
    return Exists(written.filter(organisation=OuterRef("pk"))) | Exists(
        listed.filter(Exists(known))
    )


def _nearest_territories(
    viewer: Viewer, criteria: Criteria, organisations: QuerySet[Organisation]
) -> tuple[list[Proposed], tuple[str, ...]]:
    """The nearest to that of ``criteria`` in population, and the criteria that were dropped.

    As few are dropped as leave any territory. Where nobody knows how many live in any of them,
    those to whom it is fair.
    """
    population = criteria.territory.population if criteria.territory else None
    dropped: list[str] = []
    for name, wide, words in _WIDER:
        if getattr(criteria, name) == wide:
            continue
        criteria = replace(criteria, **{name: wide})
        dropped.append(str(words))
        similar = _similar_territories(viewer, criteria, organisations, population)
        if rows := list(islice(similar, MAX_NEAREST)):
            return rows, tuple(dropped)
    return [], ()


def _count_uncounted(
    viewer: Viewer,
    criteria: Criteria,
    organisations: QuerySet[Organisation],
    rows: list[Proposed],
) -> int:
    """How many territories answer to all of ``criteria`` but a population that nobody knows.

    Without those that ``rows`` propose.
    """
    if not criteria.factor or criteria.lacks_population:
        return 0
    if criteria.is_experienced:
        organisations = organisations.filter(Q(has_testified=True))
    similar = similar_territories(viewer, replace(criteria, factor=None))
    asked = Organisation.territories.through.objects.filter(
        organisation__in=organisations.order_by().values("pk"), territory=OuterRef("pk")
    )
    unknown = similar.filter(Exists(asked), population=None).values_list("slug", flat=True)
    return len({f"territory-{slug}" for slug in unknown} - {row.value for row in rows})


def _similar_territories(
    viewer: Viewer,
    criteria: Criteria,
    organisations: QuerySet[Organisation],
    population: int | None = None,
) -> Iterator[Proposed]:
    """The territories like that of ``criteria``, in which one at least can be asked.

    Those to whom it is fair come first; or, of known populations, those nearest to
    ``population``. One that would ask nobody new besides those before it is left out.
    """
    ranked = {it.pk: (place, it.has_testified) for place, it in enumerate(organisations)}
    acting: dict[int, set[int]] = {}
    acts = Organisation.territories.through.objects.filter(organisation__in=list(ranked))
    for territory, organisation in acts.values_list("territory", "organisation"):
        acting.setdefault(territory, set()).add(organisation)
    places = similar_territories(viewer, criteria).in_bulk(acting).values()
    order: dict[Territory, int] = {
        it: min(ranked[pk][0] for pk in acting[it.pk]) for it in places
    }
    if population is not None and any(it.population for it in places):
        order = {it: abs(it.population - population) for it in places if it.population}
    reached: set[int] = set()
    for place in sorted(order, key=lambda it: (order[it], it.pk)):
        if acting[place.pk] - reached:
            reached |= acting[place.pk]
            has_testified = any(ranked[pk][1] for pk in acting[place.pk])
            yield Proposed(f"territory-{place.slug}", str(place), has_testified)


def _named(
    viewer: Viewer,
    names: tuple[str, ...],
    space: Space,
    organisations: QuerySet[Organisation],
) -> Proposals:
    """Those with these ``names``; who cannot be asked here is ``unknown``, like who is not."""
    rows: list[Proposed] = []
    unknown: list[str] = []
    free = {organisation.pk: organisation.has_testified for organisation in organisations}
    for name in names[:MAX_NAMES]:
        named = _addressee_named(viewer, name)
        told = organisations_asked([named], space)[named] if named else set()
        asked: set[int] = told & free.keys()
        if named is None or not asked:
            unknown.append(name)
        else:
            has_testified = any(free[pk] for pk in asked)
            rows.append(Proposed(named.value, named.name, has_testified))
    rows = list(dict.fromkeys(rows))
    testified = sum(row.has_testified for row in rows)
    return Proposals(rows, len(rows), testified, unknown=tuple(unknown))


def _addressee_named(viewer: Viewer, name: str) -> Addressee | None:
    """The organisation, or else the territory, of this name, whatever its accents.

    Of territories of one name that where the network acts; *Saint-Sauveur (38)* is one of them.
    """
    known = visibility.organisations(viewer)
    organisations = Organisation.objects.in_network().filter(known, folded_name=fold(name))
    plain, _paren, code = name.rstrip(")").partition(" (")
    place = in_department(code.upper()) if code else Q()
    territories = Territory.objects.filter(place, is_acted_on(), folded_name=fold(plain))
    most = F("population").desc(nulls_last=True)
    values: Iterable[str] = (
        *(f"organisation-{it.slug}" for it in organisations[:1]),
        *(f"territory-{it.slug}" for it in territories.order_by(most, "pk")[:1]),
    )
    return next(filter(None, (find_addressee(viewer, value) for value in values)), None)
