"""What organisations and territories ask, answered and told, and so can testify on.

All through ``visible_to(viewer)``: two people may read different pages of one territory. An
``owner`` is an organisation or a territory. Theirs is what was said from the seats in it, or
in the organisations that act there; from past seats, too.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Subquery, Value

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.expressions import IsOneOf
from accounts.models import Organisation, Seat, Territory
from accounts.territories.queries import is_acted_on
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.threads.kinds import unresolved
from forum.conversation.threads.list_rows import ThreadRow, render_rows
from forum.models import Expertise, Post, Thread, ThreadKind, Topic
from forum.templatetags.forum_tags import ago

if TYPE_CHECKING:
    from forum.base.expertise.models import ExpertiseQuerySet
    from forum.conversation.threads.querysets import PostQuerySet, ThreadQuerySet


type Owner = Organisation | Territory

MAX_SHOWN = 10
#: Organisations on a territory's page: more than act on any.
MAX_ORGANISATIONS = 100
#: Among so many of the newest posts there are nearly always enough answers to show.
_MANY = 200


class ActingOrganisation(NamedTuple):
    """What a territory's page shows of an organisation."""

    slug: str
    name: str
    department_code: str
    colour: str
    member_label: str
    member_label_en: str

    def __str__(self) -> str:
        return str(Organisation(name=self.name, department_code=self.department_code))


class CommuneOfGrouping(NamedTuple):
    """What a grouping's page shows of a commune; whether the network acts there."""

    slug: str
    name: str
    is_acted_on: bool


class GivenAnswer(NamedTuple):
    """What a territory's page shows of an answer; its names are those of the topic."""

    thread_id: int
    title: str
    number: int
    is_accepted: bool
    created_at: datetime
    organisation_name: str
    department_code: str
    name: str
    name_en: str

    @property
    def url(self) -> str:
        """The URL of the answer on its thread's page."""
        return Post(
            thread=Thread(pk=self.thread_id, title=self.title), number=self.number
        ).page_url()

    @property
    def organisation(self) -> str:
        """The organisation that answered."""
        return str(
            Organisation(name=self.organisation_name, department_code=self.department_code)
        )


class TopicExpertise(NamedTuple):
    """A topic, and how many times how one can testify on it.

    ``experience_count``: experiences told; ``accepted_count``: answers accepted;
    ``declared_count``: people of today who declared it.
    """

    slug: str
    name: str
    name_en: str
    experience_count: int = 0
    accepted_count: int = 0
    declared_count: int = 0


def acting_organisations(territory: Territory) -> list[ActingOrganisation]:
    """The organisations of the network that act on ``territory``, by name."""
    return [ActingOrganisation(*row) for row in _ORGANISATIONS.rows(pk=territory.pk)]


def communes(grouping: Territory) -> list[CommuneOfGrouping]:
    """The communes of ``grouping``, by name."""
    return [CommuneOfGrouping(*row) for row in _COMMUNES.rows(pk=grouping.pk)]


def thread_rows(viewer: Viewer, owner: Owner) -> tuple[list[ThreadRow], list[ThreadRow]]:
    """The questions of ``owner`` that wait for an answer, and the experiences that it told.

    Both as rows of a list, ``MAX_SHOWN`` of each at most.
    """
    questions = _UNRESOLVED.rows(viewer.rights, type(owner), pk=owner.pk)
    experiences = _EXPERIENCES.rows(viewer.rights, type(owner), pk=owner.pk)
    rows = {row.pk: row for row in render_rows(viewer.rights, questions + experiences, ago)}
    lists = [[rows[pk] for pk in pks if pk in rows] for pks in (questions, experiences)]
    return lists[0], lists[1]


def answers(viewer: Viewer, owner: Owner) -> list[GivenAnswer]:
    """The replies of ``owner`` to others' questions, newest first.

    They are looked for among the newest posts, and among all where those are too few.
    """
    rows = _NEWEST_ANSWERS.rows(viewer.rights, type(owner), pk=owner.pk)
    if len(rows) < MAX_SHOWN:
        rows = _ANSWERS.rows(viewer.rights, type(owner), pk=owner.pk)
    return [GivenAnswer(*row) for row in rows]


def expertise_topics(viewer: Viewer, owner: Owner) -> list[TopicExpertise]:
    """The topics that ``owner`` can testify on."""
    values = {"pk": owner.pk, "person_id": viewer.person_id or 0}
    counts: dict[int, dict[str, Any]] = {}
    for topic_id, name, count in _COUNTS.rows(viewer.rights, type(owner), **values):
        counts.setdefault(topic_id, {})[name] = count
    topics = _TOPICS.rows() if counts else []
    return [TopicExpertise(*row, **counts[pk]) for pk, *row in topics if pk in counts]


def _seats(model: type[Owner], pk: int) -> QuerySet[Seat]:
    path = "organisation" if model is Organisation else "organisation__territories"
    return Seat.objects.filter(Q((path, pk))).order_by()


def _written_by(model: type[Owner], pk: int, path: str = "seat") -> IsOneOf:
    """The condition that ``path`` leads to a seat of the owner."""
    return IsOneOf(F(path), Subquery(_seats(model, pk).values("pk")))


def _thread_ids(
    condition: Q, rights: Rights, model: type[Owner], pk: int
) -> QuerySet[Thread, int]:
    seen = Thread.objects.visible_to(rights).filter(_written_by(model, pk), condition)
    rows: QuerySet[Thread, int] = seen.in_list_order().values_list("pk", flat=True)[:MAX_SHOWN]
    return rows


def _answers(is_whole: bool, rights: Rights, model: type[Owner], pk: int) -> QuerySet[Any, Any]:
    replies = Post.objects.visible_to(rights).filter(
        thread__kind=ThreadKind.QUESTION, number__gt=1
    )
    own = _written_by(model, pk, "thread__seat")
    replies = replies.filter(Q(thread__seat=None) | ~Q(own))
    if is_whole:
        replies = replies.filter(_written_by(model, pk))
    else:
        posts = _seats(model, pk).filter(posts__isnull=False)
        newest_posts = posts.order_by("-posts__created_at", "-posts__pk").values("posts")
        replies = replies.filter(IsOneOf(F("pk"), Subquery(newest_posts[:_MANY])))
    newest = replies.order_by("-created_at", "-pk")[:MAX_SHOWN]
    return newest.values_list(
        "thread", "thread__title", "number", "is_accepted", "created_at",
        "seat__organisation__name", "seat__organisation__department_code",
        "thread__topic__name", "thread__topic__name_en",
    )  # fmt: skip


def _counts(
    rights: Rights, model: type[Owner], pk: int, person_id: int, at: Any
) -> QuerySet[Any, Any]:
    """Rows of a topic's id, the name of a count, and how many there are."""
    seats = _written_by(model, pk)
    experiences = Thread.objects.visible_to(rights).filter(seats, kind=ThreadKind.EXPERIENCE)
    accepted = Post.objects.visible_to(rights).filter(seats, is_accepted=True)
    people = Seat.objects.representing(at).filter(_written_by(model, pk, "pk"))
    declared = Expertise.objects.visible_to(Viewer(*rights, person_id=person_id))
    declared = declared.filter(person__in=people.values("person"))
    return _counts_by("experience_count", experiences, "topic").union(
        _counts_by("accepted_count", accepted, "thread__topic"),
        _counts_by("declared_count", declared, "topic"),
        all=True,
    )


def _counts_by(
    name: str, rows: ExpertiseQuerySet | PostQuerySet | ThreadQuerySet, topic: str
) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(topic, Value(name)).annotate(Count("pk"))


def _topics() -> QuerySet[Any, Any]:
    return Topic.objects.order_by("order", "pk").values_list("pk", "slug", "name", "name_en")


def _organisations(pk: int, at: Any) -> QuerySet[Any, Any]:
    acting = Organisation.objects.in_network(at).filter(territories=pk)[:MAX_ORGANISATIONS]
    return acting.values_list(
        "slug", "name", "department_code", "college__colour", "college__member_label",
        "college__member_label_en",
    )  # fmt: skip


def _communes(pk: int, at: Any) -> QuerySet[Any, Any]:
    rows = Territory.objects.filter(grouping=pk).order_by("folded_name", "pk")
    return rows.values_list("slug", "name", is_acted_on(at))


_WAITING = unresolved() & Q(is_locked=False)
_UNRESOLVED: CompiledQuery[int] = CompiledQuery(partial(_thread_ids, _WAITING), "pk")
_EXPERIENCES: CompiledQuery[int] = CompiledQuery(
    partial(_thread_ids, Q(kind=ThreadKind.EXPERIENCE)), "pk"
)
_NEWEST_ANSWERS: CompiledQuery[Any] = CompiledQuery(partial(_answers, False), "pk")
_ANSWERS: CompiledQuery[Any] = CompiledQuery(partial(_answers, True), "pk")
_COUNTS: CompiledQuery[tuple[int, str, int]] = CompiledQuery(_counts, "pk", "person_id", "at")
_TOPICS: CompiledQuery[Any] = CompiledQuery(_topics)
_ORGANISATIONS: CompiledQuery[Any] = CompiledQuery(_organisations, "pk", "at")
_COMMUNES: CompiledQuery[Any] = CompiledQuery(_communes, "pk", "at")
