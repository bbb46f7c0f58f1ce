"""The domains and the candidates that wait for animators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admission.models import EmailDomain
from accounts.organisations.models import Organisation
from accounts.review_queue.sources import review_source

if TYPE_CHECKING:
    from accounts.organisations.querysets import OrganisationQuerySet
    from accounts.viewers.viewers import Viewer


def _domains(_viewer: Viewer, _at: datetime) -> QuerySet[EmailDomain]:
    return EmailDomain.objects.filter(verified_at=None, refused_at=None)


def _candidates(_viewer: Viewer, at: datetime) -> OrganisationQuerySet:
    return Organisation.objects.candidates(at)


@review_source(
    "organisations",
    gettext_lazy("Organisations à admettre"),
    _candidates,
    "created_at",
    50,
    action_label=gettext_lazy("Vérifier"),
)
def candidate_item(candidate: Organisation) -> tuple[str, str, str]:
    """An organisation that nobody has admitted."""
    detail = _("sans parrains pour l’instant ; vous pouvez l’admettre")
    return candidate.name, f"{reverse('seats')}#candidates-title", detail


@review_source(
    "domaines",
    gettext_lazy("Domaines à vérifier"),
    _domains,
    "declared_at",
    60,
    related=("organisation",),
    action_label=gettext_lazy("Vérifier"),
)
def domain_item(domain: EmailDomain) -> tuple[str, str, str]:
    """A domain that an organisation declared."""
    url = f"{reverse('seats')}#domaine-{domain.pk}"
    return str(domain), url, str(domain.organisation)
