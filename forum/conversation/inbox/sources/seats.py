"""What was decided about one's seats, and what waits for a contact's decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import EmailDomain, Seat
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import (
    Notification,
    notification_source,
    waiting_source,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.organisations.models import Organisation
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


#: An animator is told of no more, so that it is not counted for long.
_MAX_COUNTED = 99


def _seats_url(organisation: Organisation) -> str:
    return reverse("organisation-seats", args=[organisation.slug])


def _asks_for(seat: Seat) -> str:
    """Who asks for which seat, in a sentence."""
    text = _("%(who)s demande un siège pour « %(name)s ».")
    return text % {"who": seat.person.full_name, "name": seat.organisation.name}


def _own_seats(person_id: int) -> QuerySet[Seat]:
    return Seat.objects.filter(person=person_id).select_related("organisation")


def _handed_over(person_id: int) -> QuerySet[Seat]:
    seats = Seat.objects.filter(successor__person=person_id).exclude(handed_over_at=None)
    return seats.select_related("person", "organisation")


def _pending_seats(person_id: int, at: datetime) -> QuerySet[Seat]:
    seats = Seat.objects.pending(at).exclude(person=person_id)
    seats = seats.filter(organisation__in=_contact_organisations(person_id, at))
    return seats.select_related("person", "organisation")


def _undecided_seats(person_id: int, at: datetime) -> QuerySet[Seat]:
    seats = Seat.objects.pending(at).exclude(person=person_id)
    seats = seats.select_related("person").order_by("-started_at")
    return seats.only("started_at", "person__full_name")[: _MAX_COUNTED + 1]


def _decided_domains(person_id: int, at: datetime) -> QuerySet[EmailDomain]:
    decided = Q(verified_at__isnull=False) | Q(refused_at__isnull=False)
    domains = EmailDomain.objects.filter(decided).select_related("organisation")
    return domains.filter(organisation__in=_contact_organisations(person_id, at))


def _contact_organisations(person_id: int, at: datetime) -> QuerySet[Seat, Any]:
    """The ids of the organisations whose contact the person is."""
    return Seat.objects.contacts(at).filter(person=person_id).values("organisation")


_OWN_SEATS = CompiledQuery(_own_seats, "person_id")
_HANDED_OVER = CompiledQuery(_handed_over, "person_id")
_PENDING_SEATS = CompiledQuery(_pending_seats, "person_id", "at")
_UNDECIDED_SEATS = CompiledQuery(_undecided_seats, "person_id", "at")
_DECIDED_DOMAINS = CompiledQuery(_decided_domains, "person_id", "at")


@notification_source(_OWN_SEATS)
def decided_seats(
    _person: User, _viewer: Viewer, seats: Iterable[Seat]
) -> Iterator[Notification]:
    """The person's seats when confirmed, refused and ended."""
    account = reverse("account")
    first = min((seat.confirmed_at for seat in seats if seat.confirmed_at), default=None)
    for seat in seats:
        values = {"name": seat.organisation.name, "why": seat.refusal}
        if seat.confirmed_at:
            text = _("Votre siège pour « %(name)s » est confirmé.")
            at, is_first = seat.confirmed_at, seat.confirmed_at == first
            yield Notification(
                at,
                text % values,
                account,
                subject=seat.pk,
                is_welcome=is_first and not seat.ended_at,
            )
        if seat.refused_at:
            text = _("Votre siège pour « %(name)s » est refusé : %(why)s")
            yield Notification(seat.refused_at, text % values, account, subject=seat.pk)
        if seat.ended_at and seat.confirmed_at and not seat.refused_at:
            text = _("Votre mandat pour « %(name)s » a pris fin.")
            yield Notification(seat.ended_at, text % values, account, subject=seat.pk)


@notification_source(_HANDED_OVER)
def handovers(person: User, _viewer: Viewer, seats: Iterable[Seat]) -> Iterator[Notification]:
    """The seats whose questions and follows were handed over to the person."""
    for seat in seats:
        text = _("Vous succédez à %(who)s pour « %(name)s » : ses questions ouvertes "
                 "et ses suivis sont désormais les vôtres.")  # fmt: skip
        values = {"who": seat.person.full_name, "name": seat.organisation.name}
        url = reverse("follows")
        assert seat.handed_over_at is not None
        yield Notification(seat.handed_over_at, text % values, url, subject=seat.pk)


@waiting_source(_PENDING_SEATS)
def pending_seats(
    person: User, viewer: Viewer, seats: Iterable[Seat]
) -> Iterator[Notification]:
    """The seats that wait in the organisations whose contact the person is."""
    for seat in seats if viewer.seat_ids else ():
        url = _seats_url(seat.organisation)
        yield Notification(seat.started_at, _asks_for(seat), url, True, subject=seat.pk)


@waiting_source(_UNDECIDED_SEATS)
def undecided_seats(
    _person: User, viewer: Viewer, asked: Sequence[Seat]
) -> Iterator[Notification]:
    """For animators, how many seats wait in the network, since the newest was asked for.

    Of one alone, who asks for it.
    """
    if not asked or not viewer.is_animator:
        return
    count = len(asked)
    words = (
        _("Plus de %(n)d sièges attendent une décision.")
        if count > _MAX_COUNTED
        else _("%(n)d sièges attendent une décision.")
    ) % {"n": min(count, _MAX_COUNTED)}
    if count == 1:
        words = _("%(who)s demande un siège.") % {"who": asked[0].person.full_name}
    yield Notification(asked[0].started_at, words, reverse("seats"), True, Channel.DIGEST)


@notification_source(_DECIDED_DOMAINS)
def decided_domains(
    _person: User, viewer: Viewer, domains: Iterable[EmailDomain]
) -> Iterator[Notification]:
    """The e-mail domains of these organisations when verified or refused."""
    for domain in domains if viewer.seat_ids else ():
        text = (
            _("Le domaine %(domain)s est vérifié.")
            if domain.verified_at
            else _("Le domaine %(domain)s est refusé : %(why)s")
        )
        values = {"domain": domain, "why": domain.refusal}
        at = domain.verified_at or domain.refused_at
        assert at is not None
        url = _seats_url(domain.organisation)
        yield Notification(at, text % values, url, subject=domain.pk)
