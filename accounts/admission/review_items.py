"""The domains and the candidates that wait for animators."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admission.models import EmailDomain
from accounts.organisations.models import Organisation
from accounts.review_queue.sources import (
    ReviewItem,
    ReviewSource,
    register_review_source,
)


def _domains(_viewer, _at):
    return EmailDomain.objects.filter(verified_at=None, refused_at=None)


def _domain_items(viewer, pks):
    rows = _domains(viewer, None).filter(pk__in=pks).select_related("organisation")
    return [
        ReviewItem(
            one.pk,
            one.declared_at,
            str(one),
            f"{reverse('seats')}#domaine-{one.pk}",
            str(one.organisation),
        )
        for one in rows
    ]


def _candidates(_viewer, at):
    return Organisation.objects.candidates(at)


def _candidate_items(viewer, pks):
    detail = _("sans parrains pour l’instant ; vous pouvez l’admettre")
    return [
        ReviewItem(
            one.pk, one.created_at, one.name, f"{reverse('seats')}#candidates-title", detail
        )
        for one in _candidates(viewer, None).filter(pk__in=pks)
    ]


register_review_source(
    ReviewSource(
        "organisations",
        gettext_lazy("Organisations à admettre"),
        "created_at",
        _candidates,
        _candidate_items,
        50,
    )
)
register_review_source(
    ReviewSource(
        "domaines",
        gettext_lazy("Domaines à vérifier"),
        "declared_at",
        _domains,
        _domain_items,
        60,
    )
)
