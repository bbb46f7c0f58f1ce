"""What waits in admission: domains to verify, organisations to let in or to vouch for."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import Resolver404, resolve

from accounts.admission.models import EmailDomain, Invitation, Sponsorship
from accounts.organisations.models import Organisation, Seat


def domains_to_verify():
    """Domains that organisations declared, neither verified nor refused, oldest first."""
    waiting = EmailDomain.objects.filter(verified_at=None, refused_at=None)
    return waiting.select_related("organisation", "declared_by").order_by("declared_at")


def candidate_organisations():
    """Organisations that signed and wait for sponsors, with how many have vouched."""
    rows = Organisation.objects.candidates().select_related("college")
    rows = rows.annotate(sponsor_count=Count("sponsorships"))
    return rows.prefetch_related("sponsorships__sponsor_organisation", "territories").order_by(
        "created_at", "pk"
    )


def candidates_to_sponsor(person, viewer):
    """Those of them that ``person`` may still vouch for: not for their own, and once.

    Nobody vouches who holds no confirmed seat.
    """
    sponsor_organisation = Seat.objects.filter(pk=viewer.seat_id).values("organisation")
    given = Q(sponsor=person) | Q(sponsor_organisation__in=sponsor_organisation)
    vouched = Sponsorship.objects.filter(given, organisation=OuterRef("pk"))
    rows = (
        candidate_organisations().filter(~Exists(vouched)).exclude(pk__in=sponsor_organisation)
    )
    return rows if viewer.seat_id else rows.none()


def invited_address(address):
    """The e-mail address that the invitation at ``address``, a path, is for, or "".

    Nothing of one that has served, was taken back or has expired.
    """
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    if match.url_name != "organisation-invitation":
        return ""
    usable = Invitation.objects.usable().filter(key=match.kwargs["key"])
    return usable.values_list("email", flat=True).first() or ""
