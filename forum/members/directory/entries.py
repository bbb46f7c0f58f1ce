"""An entry of the directory, an organisation or a person, as its own page shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.expressions import IsOneOf
from accounts.models import Organisation, Seat, Signature, User
from accounts.profiles.queries import listed_people
from accounts.territories.rules import representing_seats
from accounts.users.suspension import not_suspended
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.threads.list_rows import ThreadRow, render_rows
from forum.members.directory.contributions import MAX_SHOWN
from forum.models import Expertise, Post, Thread
from forum.templatetags.forum_tags import ago

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.charter.models import SignatureQuerySet
    from accounts.organisations.querysets import OrganisationQuerySet, SeatQuerySet
    from accounts.viewers.viewers import Rights
    from forum.base.expertise.models import Expertise
    from forum.conversation.threads.querysets import PostQuerySet


#: People of an organisation on its page.
_MAX_PEOPLE = 50


def known_organisation(viewer: Viewer, slug: str) -> Organisation | None:
    """The organisation with what ``viewer`` is in it; None if they may not open its page.

    ``is_ours``: they represent it; ``is_led``: they are its contact; ``sits``: they have a
    seat in it; ``is_in_network``: whether it is a member of the network.
    """
    shape, person_id = (viewer.rights, bool(viewer.seat_id)), viewer.person_id or 0
    return _ORGANISATION.first(*shape, slug=slug, person_id=person_id)


def first_signature(organisation: Organisation) -> Signature | None:
    """Its first signature that stands, else the last withdrawn; None where there is none."""
    return _FIRST_SIGNATURE.first(pk=organisation.pk)


def listed_seats(organisation: Organisation) -> list[Seat]:
    """The seats of its people who are in the directory, at most ``_MAX_PEOPLE``."""
    return _LISTED_SEATS.rows(pk=organisation.pk)


def organisation_threads(viewer: Viewer, organisation: Organisation) -> list[ThreadRow]:
    """The latest threads written for the organisation where ``viewer`` reads, as rows."""
    pks = _ORGANISATION_THREADS.rows(viewer.rights, pk=organisation.pk)
    return render_rows(viewer.rights, pks, ago)


def known_person(pk: int) -> User | None:
    """The person with their ``profile`` and ``is_listed``: whether members find them today."""
    return _PERSON.first(pk=pk)


def confirmed_seats(person: User) -> list[Seat]:
    """The seats in which the person represents an organisation; none while suspended."""
    return _CONFIRMED_SEATS.rows(pk=person.pk)


def shown_expertise(viewer: Viewer, person: User) -> list[Expertise]:
    """What the person can testify on, in the order of topics.

    Each ``has_others``: whether the directory lists others who can.
    """
    own = viewer.person_id or 0
    return _EXPERTISE.rows(viewer.rights, pk=person.pk, person_id=own)


def person_threads(viewer: Viewer, person: User) -> list[ThreadRow]:
    """The latest threads that the person began where ``viewer`` reads, as rows of a list."""
    return render_rows(viewer.rights, _PERSON_THREADS.rows(viewer.rights, pk=person.pk), ago)


def person_replies(viewer: Viewer, person: User) -> list[Post]:
    """The latest replies of the person that ``viewer`` reads, with their threads."""
    return _PERSON_REPLIES.rows(viewer.rights, pk=person.pk)


def _organisation(
    rights: Rights, is_represented: bool, slug: str, person_id: int, at: datetime
) -> OrganisationQuerySet:
    # Whether they write for an organisation decides what they see, not for which.
    seat_id = 1 if is_represented else None
    viewer = Viewer(*rights, person_id=person_id, seat_id=seat_id)
    condition = {"organisation": OuterRef("pk")}
    ours = representing_seats(viewer, at).filter(**condition)
    sits = Seat.objects.current(at).filter(**condition, person=person_id)
    in_network = Organisation.objects.in_network(at).filter(pk=OuterRef("pk"))
    rows = Organisation.objects.filter(visibility.organisations(viewer, at=at), slug=slug)
    annotations = {
        "is_ours": Exists(ours), "is_led": Exists(ours.contacts(at)), "sits": Exists(sits),
        "is_in_network": Exists(in_network),
    }  # fmt: skip
    return rows.select_related("college").annotate(**annotations)


def _first_signature(pk: int) -> SignatureQuerySet:
    stands_first = F("withdrawn_at").desc(nulls_first=True)
    return Signature.objects.filter(organisation=pk).order_by(stands_first, "signed_at")[:1]


def _with_merged(pk: int) -> Subquery:
    """The ids of an organisation and of those that were merged into it."""
    both = Organisation.objects.filter(Q(pk=pk) | Q(merged_into=pk))
    return Subquery(both.order_by().values("pk"))


def _listed_seats(pk: int, at: datetime) -> SeatQuerySet:
    seats = Seat.objects.representing(at).filter(person__in=listed_people(at))
    return seats.filter(IsOneOf(F("organisation"), _with_merged(pk))).select_related("person")[
        :_MAX_PEOPLE
    ]


def _organisation_threads(rights: Rights, pk: int) -> QuerySet[Any, Any]:
    seats = Seat.objects.filter(IsOneOf(F("organisation"), _with_merged(pk)))
    threads = Thread.objects.visible_to(rights)
    threads = threads.filter(IsOneOf(F("seat"), Subquery(seats.order_by().values("pk"))))
    rows: QuerySet[Any, Any] = threads.in_list_order().values_list("pk", flat=True)[:MAX_SHOWN]
    return rows


def _person(pk: int, at: datetime) -> QuerySet[User]:
    is_listed = Exists(listed_people(at).filter(pk=OuterRef("pk")))
    # Who wrote to a list, and has no account yet, has a page of what they wrote.
    known = Q(is_active=True) | Q(is_unclaimed=True)
    annotations = {"is_listed": is_listed}
    rows = User.objects.filter(known, pk=pk).annotate(**annotations)
    return rows.select_related("profile")


def _confirmed_seats(pk: int, at: datetime) -> SeatQuerySet:
    seats = Seat.objects.representing(at).filter(not_suspended("person__"), person=pk)
    return seats.select_related("organisation__college")


def _expertise(
    rights: Rights, pk: int, person_id: int, at: datetime
) -> QuerySet[Expertise, Any]:
    visible = Expertise.objects.visible_to(Viewer(*rights, person_id=person_id))
    others = visible.filter(topic=OuterRef("topic"), person__in=listed_people(at))
    rows = visible.filter(person=pk).annotate(has_others=Exists(others.exclude(person=pk)))
    return rows.select_related("topic").order_by("topic__order")


def _person_threads(rights: Rights, pk: int) -> QuerySet[Any, Any]:
    threads = Thread.objects.visible_to(rights).filter(author=pk)
    rows: QuerySet[Any, Any] = threads.in_list_order().values_list("pk", flat=True)[:MAX_SHOWN]
    return rows


def _person_replies(rights: Rights, pk: int) -> PostQuerySet:
    replies = Post.objects.visible_to(rights).filter(author=pk, number__gt=1)
    return replies.select_related("thread").order_by("-created_at")[:MAX_SHOWN]


_ORGANISATION = CompiledQuery(_organisation, "slug", "person_id", "at")
_FIRST_SIGNATURE = CompiledQuery(_first_signature, "pk")
_LISTED_SEATS = CompiledQuery(_listed_seats, "pk", "at")
_ORGANISATION_THREADS = CompiledQuery(_organisation_threads, "pk")
_PERSON = CompiledQuery(_person, "pk", "at")
_CONFIRMED_SEATS = CompiledQuery(_confirmed_seats, "pk", "at")
_EXPERTISE = CompiledQuery(_expertise, "pk", "person_id", "at")
_PERSON_THREADS = CompiledQuery(_person_threads, "pk")
_PERSON_REPLIES = CompiledQuery(_person_replies, "pk")
