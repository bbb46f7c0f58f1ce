"""What one may subscribe to, what is suggested, and whose subscriptions a thread concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.models import Organisation, Territory, User
from accounts.users.suspension import not_suspended
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.follows.models import Follow, Level, has_muted
from forum.conversation.follows.subscriptions.models import TARGETS, Subscription
from forum.conversation.tags.queries import called, known_tags
from forum.models import Expertise, Space, Tag, Tagging, Thread, Topic

#: Kinds of which one may have been merged into another.
_MERGED = "tag", "organisation"
#: Suggestions that a page shows.
MAX_SUGGESTIONS = 12


@dataclass(frozen=True)
class SubscriptionTarget:
    """What one might subscribe to: ``kind`` is one of ``TARGETS``."""

    kind: str
    target: Model

    @property
    def value(self) -> str:
        """What a form calls it by."""
        return f"{self.kind}-{self.target.pk}"


def known_targets(viewer: Viewer, kind: str) -> QuerySet[Model]:
    """What of this kind, one of ``TARGETS``, ``viewer`` may know of."""
    if kind == "space":
        return Space.objects.visible_to(viewer)
    if kind == "tag":
        return Tag.objects.visible_to(viewer, known_tags).filter(merged_into=None)
    if kind == "organisation":
        return Organisation.objects.filter(visibility.organisations(viewer))
    return Territory.objects.all() if kind == "territory" else Topic.objects.all()


def known_target(viewer: Viewer, kind: str, pk: int) -> Model | None:
    """The one of this kind and id that ``viewer`` may know of, called as they see it called."""
    target = known_targets(viewer, kind).filter(pk=pk).first() if kind in TARGETS else None
    return called(viewer, [target])[0] if isinstance(target, Tag) else target


def subscription_to(viewer: Viewer, kind: str, target: Model) -> Subscription | None:
    """The viewer's own to ``target``, if they have one."""
    own = Subscription.objects.filter(person=viewer.person_id or 0)
    return own.filter(is_to(kind, target)).first()


def is_to(kind: str, target: Model) -> Q:
    """The condition that a subscription is to ``target``, or to what was merged into it."""
    condition = Q((kind, target))
    return condition | Q((f"{kind}__merged_into", target)) if kind in _MERGED else condition


def own_subscriptions(viewer: Viewer) -> list[Subscription]:
    """The viewer's, by kind, those to what they may no longer know of left out."""
    rows = _visible(viewer)
    return sorted(rows, key=lambda it: (TARGETS.index(it.kind), str(it.target).lower()))


def reasons_of(viewer: Viewer, follows: Iterable[Follow]) -> dict[int, Subscription]:
    """``{follow id: Subscription}``: what brought each, as far as ``viewer`` may know of it."""
    brought = {it.pk: it.subscription_id for it in follows if it.subscription_id}
    visible = {it.pk: it for it in _visible(viewer, pk__in=brought.values())} if brought else {}
    return {pk: visible[which] for pk, which in brought.items() if which in visible}


def _visible(viewer: Viewer, **conditions: object) -> list[Subscription]:
    """The viewer's own to what they may know of, with what each is to."""
    seen = Subscription.objects.visible_to(viewer).filter(**conditions)
    merged = (f"{kind}__merged_into" for kind in _MERGED)
    rows = list(seen.select_related(*TARGETS, *merged))
    for row in rows:
        row.tag = row.tag and (row.tag.merged_into or row.tag)
        row.organisation = row.organisation and (
            row.organisation.merged_into or row.organisation
        )
    tags = {it.pk: it for it in called(viewer, [it.tag for it in rows if it.tag])}
    for row in rows:
        row.tag = tags.get(row.tag_id or 0, row.tag)
    return rows


def suggestions_for(person: User, viewer: Viewer) -> list[SubscriptionTarget]:
    """What the seat, college, territory and stated topics of ``person`` suggest, never all.

    Those they subscribe to already are left out; ``MAX_SUGGESTIONS`` at most.
    """
    if not viewer.is_member:
        return []
    known = Expertise.objects.filter(person=person).values("topic")
    topics = Topic.objects.filter(pk__in=known)
    spaces = Space.objects.visible_to(viewer).filter(college__in=viewer.college_ids)
    groups = Space.objects.visible_to(viewer).filter(group__in=viewer.group_ids)
    of_seats = Territory.objects.filter(organisations__seats__in=viewer.seat_ids).distinct()
    suggested = [
        *(SubscriptionTarget("topic", it) for it in topics[:MAX_SUGGESTIONS]),
        *(SubscriptionTarget("space", it) for it in [*spaces, *groups]),
        *(SubscriptionTarget("territory", it) for it in of_seats[:3]),
    ]
    rows = Subscription.objects.filter(person=person)
    there = {(it.kind, getattr(it, f"{it.kind}_id")) for it in rows}
    new = [it for it in suggested if (it.kind, it.target.pk) not in there]
    return new[:MAX_SUGGESTIONS]


def subscriptions_concerned(thread: Thread) -> QuerySet[Subscription]:
    """The subscriptions that a new thread concerns, but its author's.

    To its space, topic and tags, to the organisation it is written for or put to, and to
    those of their territories; of people who may sign in, and have not muted its author.
    """
    asked = thread.addressees.all()
    organisations = _ids(asked.values_list("organisation", flat=True))
    if thread.seat:
        organisations.add(thread.seat.organisation_id)
    through = Organisation.territories.through.objects
    territories = _ids(asked.values_list("territory", flat=True)) | _ids(
        through.filter(organisation__in=organisations).values_list("territory", flat=True)
    )
    tags = _ids(thread.taggings.values_list("tag", flat=True))
    concerned = Q(space=thread.space_id) | Q(topic=thread.topic_id)
    concerned |= Q(tag__in=tags) | Q(tag__merged_into__in=tags)
    concerned |= Q(organisation__in=organisations) | Q(territory__in=territories)
    concerned |= Q(organisation__merged_into__in=organisations)
    active = Q(person__is_active=True) & not_suspended("person__")
    rows = Subscription.objects.filter(concerned, active).exclude(person=thread.author_id)
    return rows.exclude(has_muted(thread.author_id))


def is_subscribed_at(person_id: int, *levels: Level, thread: str = "") -> Exists:
    """The condition that the person subscribes to what a thread is of, at one of ``levels``.

    ``thread``: the path to it, such as ``post__thread__``.
    """
    organisation = OuterRef(f"{thread}seat__organisation")
    of_thread = OuterRef(OuterRef(f"{thread}pk"))
    tags = Tagging.objects.filter(content_object=of_thread).values("tag")
    territories = Organisation.territories.through.objects.filter(
        organisation=OuterRef(organisation)
    ).values("territory")
    concerned = Q(space=OuterRef(f"{thread}space")) | Q(topic=OuterRef(f"{thread}topic"))
    concerned |= Q(tag__in=tags) | Q(tag__merged_into__in=tags)
    concerned |= Q(organisation=organisation) | Q(organisation__merged_into=organisation)
    concerned |= Q(territory__in=territories)
    own = Subscription.objects.filter(person=person_id, level__in=levels)
    return Exists(own.filter(concerned))


def _ids(rows: Iterable[int | None]) -> set[int]:
    return {pk for pk in rows if pk is not None}
