"""How a seat becomes a confirmed one: a step of whatever action decides it."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from accounts.admission.models import EmailDomain
from accounts.organisations.models import Organisation, Seat, Way
from accounts.viewers import of_person


def confirm(seat, way, by=None):
    """Confirm ``seat``, whose row is held or new. Who first sits is the contact."""
    seat.confirmed_at, seat.confirmed_by, seat.confirmed_way = timezone.now(), by, way
    seat.is_contact = not contacts_of(seat.organisation_id).exists()
    seat.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_way", "is_contact"])


def confirmed_by_itself(person, organisation, invitation=None):
    """The way in which a seat that ``person`` takes in ``organisation`` needs nobody, or "".

    An invitation vouches for one of the person's verified addresses; a verified domain of
    the organisation for all addresses that end in it.
    """
    if settings.FORUM_ADMISSION == "open":
        return Way.OPEN
    addresses = verified_addresses(person)
    if vouches(invitation, person):
        return Way.INVITATION
    domains = {address.rpartition("@")[2] for address in addresses}
    known = EmailDomain.objects.filter(
        organisation=organisation, domain__in=domains, verified_at__isnull=False
    )
    return Way.DOMAIN if known.exists() else ""


def vouches(invitation, person):
    """Whether an invitation taken up by ``person`` stands for them.

    Nobody vouches for themselves, and who sent it decides still: a contact or an animator.
    """
    by = invitation and invitation.invited_by
    if by is None or by.pk == person.pk:
        return False
    if is_contact(by, invitation.organisation_id):
        return True
    return of_person(by).is_animator


def verified_addresses(person):
    """The e-mail addresses that ``person`` has proved to hold, folded."""
    rows = EmailAddress.objects.filter(user=person, verified=True)
    return {email.casefold() for email in rows.values_list("email", flat=True)}


def hold(organisation_id):
    """Hold an organisation still: always before its seats, so that nobody waits in a ring."""
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=organisation_id)


def contacts_of(organisation):
    """The seats of those who decide for ``organisation`` today."""
    return Seat.objects.confirmed().filter(organisation=organisation, is_contact=True)


def is_contact(person, organisation):
    """Whether ``person`` decides about the seats of ``organisation`` at this moment."""
    mine = contacts_of(organisation).filter(
        person=person.pk, person__is_active=True, person__suspended_at=None
    )
    return Seat.objects.opening().filter(pk__in=mine.values("pk")).exists()


def decides(viewer, person, organisation):
    """Whether ``person``, who looks as ``viewer``, decides about these seats, for pages."""
    return viewer.is_animator or bool(viewer.seats) and is_contact(person, organisation)
