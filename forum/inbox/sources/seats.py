"""What was decided about one's seats, and what waits for a contact's decision."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import EmailDomain, Seat
from forum.inbox.notification import Notification, notification_source


@notification_source
def decided_seats(person, _viewer):
    """The person's seats when confirmed, refused and ended."""
    account = reverse("account")
    for seat in Seat.objects.filter(person=person).select_related("organisation"):
        values = {"name": seat.organisation.name, "why": seat.refusal}
        if seat.confirmed_at:
            text = _("Votre siège pour « %(name)s » est confirmé.")
            yield Notification(seat.confirmed_at, text % values, account)
        if seat.refused_at:
            text = _("Votre siège pour « %(name)s » est refusé : %(why)s")
            yield Notification(seat.refused_at, text % values, account)
        if seat.ended_at and seat.confirmed_at and not seat.refused_at:
            text = _("Votre mandat pour « %(name)s » a pris fin.")
            yield Notification(seat.ended_at, text % values, account)


@notification_source
def handovers(person, _viewer):
    """The seats whose questions and follows were handed over to the person."""
    seats = Seat.objects.filter(successor__person=person).exclude(handed_over_at=None)
    for seat in seats.select_related("person", "organisation"):
        text = _("Vous prenez la suite de %(who)s pour « %(name)s » : ses questions ouvertes "
                 "et ses suivis sont désormais les vôtres.")  # fmt: skip
        values = {"who": seat.person.full_name, "name": seat.organisation.name}
        yield Notification(seat.handed_over_at, text % values, reverse("follows"))


@notification_source
def pending_seats(person, viewer):
    """The seats that wait in the organisations whose contact the person is."""
    seats = Seat.objects.pending().filter(organisation__in=_contact_organisations(viewer))
    for seat in seats.exclude(person=person).select_related("person", "organisation"):
        text = _("%(who)s demande un siège pour « %(name)s ».")
        values = {"who": seat.person.full_name, "name": seat.organisation.name}
        yield Notification(seat.started_at, text % values, _seats_url(seat.organisation))


@notification_source
def decided_domains(_person, viewer):
    """The e-mail domains of these organisations when verified or refused."""
    domains = EmailDomain.objects.filter(
        Q(verified_at__isnull=False) | Q(refused_at__isnull=False),
        organisation__in=_contact_organisations(viewer),
    )
    for domain in domains.select_related("organisation"):
        text = (
            _("Le domaine %(domain)s est vérifié.")
            if domain.verified_at
            else _("Le domaine %(domain)s est refusé : %(why)s")
        )
        values = {"domain": domain, "why": domain.refusal}
        at = domain.verified_at or domain.refused_at
        yield Notification(at, text % values, _seats_url(domain.organisation))


def _contact_organisations(viewer):
    """The ids of the organisations whose contact the viewer is."""
    return Seat.objects.contacts().filter(pk__in=viewer.seat_ids).values("organisation")


def _seats_url(organisation):
    return reverse("organisation-seats", args=[organisation.slug])
