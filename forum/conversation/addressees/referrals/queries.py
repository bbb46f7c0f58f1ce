"""The questions that one has received, and whom one may pass them on to."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

from accounts.base.text import fold
from accounts.models import Organisation, Seat
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.models import ThreadAddressee, answers
from forum.conversation.addressees.queries import concerns
from forum.conversation.addressees.same_questions.queries import same_question_annotation
from forum.conversation.threads.kinds import unresolved

#: Colleagues among whom one chooses.
MAX_COLLEAGUES = 100
#: Names that are said to be like the one that was typed.
MAX_SIMILAR = 5


def waiting() -> Q:
    """The condition that a question waits for its addressee.

    They have not answered, passed it on or declined, and it is neither settled nor closed.
    """
    is_open = unresolved("thread__") & Q(thread__is_locked=False, declined_at=None)
    referrals = ThreadAddressee.objects.filter(referred_from=OuterRef("pk"))
    return is_open & ~Q(Exists(answers())) & ~Q(Exists(referrals))


def received_question(viewer: Viewer, pk: int) -> ThreadAddressee:
    """The question of this id that ``viewer`` received; raise DoesNotExist where there is none.

    Or of which an animator may take back that it was declined.
    """
    seen = ThreadAddressee.objects.visible_to(viewer)
    own = Q(pk__in=seen.filter(concerns(viewer.person_id or 0)).values("pk"))
    if viewer.is_animator:
        own |= Q(declined_at__isnull=False)
    questions = seen.filter(own, pk=pk).select_related(
        "thread__space", "thread__author", "person", "organisation", "territory", "seat"
    )
    return questions.get()


def asked_state(viewer: Viewer, at: Any) -> dict[str, Combinable]:
    """What adds to a query of threads how ``viewer`` stands to a question.

    ``received_id``: that of the addressee for whom it waits, if they are of those whom it
    concerns, else None; ``has_same_question``: whether they say that they have it too.
    """
    if not viewer.is_member:
        return {
            "received_id": Value(None, IntegerField()),
            **same_question_annotation(viewer, at),
        }
    own = ThreadAddressee.objects.filter(waiting(), thread=OuterRef("pk"))
    seats = Seat.objects.filter(pk__in=viewer.seat_ids)
    own = own.filter(concerns(viewer.person_id, at, seats)).order_by("pk")
    return {
        "received_id": Subquery(own.values("pk")[:1]),
        **same_question_annotation(viewer, at),
    }


def colleague_seats(viewer: Viewer, question: ThreadAddressee) -> QuerySet[Seat]:
    """The seats of others in the organisations of ``viewer``, whom it was not put to.

    None in the public space, where nobody is named, and everybody of an organisation is told.
    """
    seats = Seat.objects.representing().with_active_holder()
    if question.thread.space.audience == "public":
        return seats.none()
    own = Seat.objects.filter(pk__in=viewer.seat_ids).values("organisation")
    asked = ThreadAddressee.objects.filter(thread=question.thread, person__isnull=False)
    seats = seats.filter(organisation__in=own).exclude(person=viewer.person_id)
    seats = seats.exclude(person__in=asked.values("person"))
    return seats.select_related("person", "organisation").order_by("person__full_name", "pk")


def colleague(viewer: Viewer, question: ThreadAddressee, seat_id: int) -> Addressee | None:
    """The holder of this seat, if it is one of ``colleague_seats``."""
    seat = colleague_seats(viewer, question).filter(pk=seat_id).first()
    if seat is None:
        return None
    return Addressee(f"person-{seat.person_id}", person=seat.person, seat=seat)


def organisation_named(viewer: Viewer, name: str) -> Addressee | None:
    """The organisation of the network of this name, whatever its accents; not one's own."""
    organisation = _other_organisations(viewer).filter(folded_name=fold(name)).first()
    if organisation is None:
        return None
    return Addressee(f"organisation-{organisation.slug}", organisation=organisation)


def similar_names(viewer: Viewer, part: str) -> list[str]:
    """The names of such organisations of which ``part`` is a part: a few, or none."""
    organisations = _other_organisations(viewer).filter(folded_name__contains=fold(part))
    return list(organisations.order_by("name").values_list("name", flat=True)[:MAX_SIMILAR])


def _other_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    known = visibility.organisations(viewer)
    own = Seat.objects.filter(pk__in=viewer.seat_ids).values("organisation")
    return Organisation.objects.in_network().filter(known).exclude(pk__in=own)
