"""What waits in admission, for the desks: domains to verify, organisations to let in."""

from django.db.models import Count

from accounts.admission.models import EmailDomain
from accounts.organisations.models import Organisation


def domains_to_verify():
    """Domains that organisations declared, neither verified nor refused, oldest first."""
    waiting = EmailDomain.objects.filter(verified_at=None, refused_at=None)
    return waiting.select_related("organisation", "declared_by").order_by("declared_at")


def organisations_to_admit():
    """Organisations that signed and wait for sponsors, with how many have vouched."""
    rows = Organisation.objects.to_admit().select_related("college")
    rows = rows.annotate(sponsor_count=Count("sponsorships"))
    return rows.prefetch_related("sponsorships__through", "territories").order_by(
        "created_at", "pk"
    )
