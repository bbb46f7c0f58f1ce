"""The pages where animators strike, rename, merge or separate organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.base.form_views import posted
from accounts.models import Organisation
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.moderation.forms import EndMeasureForm, MeasureForm
from forum.moderation.organisations import actions
from forum.moderation.organisations.forms import MergeForm, RenameForm
from forum.moderation.pages import answer_decision

if TYPE_CHECKING:
    from forum.moderation.measures.models import Measure


@animator_required()
def strike_organisation(request: ViewerRequest, slug: str) -> HttpResponse:
    """The page that strikes an organisation from the network."""
    viewer = request.viewer
    organisation = get_object_or_404(Organisation, slug=slug)

    def act(**values: Any) -> Measure:
        measure = actions.strike_organisation(organisation, viewer, **values)
        messages.success(request, _("L’organisation est radiée, et son contact averti."))
        return measure

    context = {
        "organisation": organisation,
        "title": _("Radier cette organisation"),
        "lead": _(
            "Elle quitte les listes, l’annuaire et les pages de territoires, et ses sièges "
            "n’ouvrent plus rien. Le registre des signataires la garde, radiée, avec la date. "
            "Son contact lit le motif et peut contester. Vous pourrez la rétablir."
        ),
        "button": _("Radier l’organisation"),
    }
    return answer_decision(request, MeasureForm(posted(request)), act, context)


@animator_required()
def merge_organisation(request: ViewerRequest, slug: str) -> HttpResponse:
    """The page that makes an organisation a part of another."""
    viewer = request.viewer
    organisation = get_object_or_404(Organisation, slug=slug)

    def act(target: Organisation, reason: str) -> Organisation:
        merged = actions.merge_organisations(organisation, target, viewer, reason)
        messages.success(request, _("Les deux organisations n’en font plus qu’une."))
        return merged

    context = {
        "organisation": organisation,
        "title": _("Réunir cette organisation à une autre"),
        "lead": _(
            "Sa page mènera à celle de l’autre, qui reprend ses territoires et ses "
            "questions. Les signatures ne changent pas : chacun garde ses droits, et siège "
            "dans l’autre dès qu’il a signé pour elle."
        ),
        "button": _("Réunir"),
    }
    return answer_decision(request, MergeForm(posted(request)), act, context)


@animator_required()
def separate_organisation(request: ViewerRequest, slug: str) -> HttpResponse:
    """The page that makes a merged organisation one of its own again."""
    viewer = request.viewer
    organisation = get_object_or_404(Organisation, slug=slug)

    def act(**values: Any) -> Organisation:
        separated = actions.separate_organisation(organisation, viewer, **values)
        messages.success(request, _("Cette organisation a de nouveau sa page."))
        return separated

    context = {
        "organisation": organisation,
        "title": _("Séparer cette organisation de l’autre"),
        "lead": _(
            "Elle retrouve sa page et sa place dans les listes. Ce qui est passé à l’autre y "
            "reste : sièges, territoires, questions."
        ),
        "button": _("Séparer"),
    }
    return answer_decision(request, EndMeasureForm(posted(request)), act, context)


@animator_required()
def rename_organisation(request: ViewerRequest, slug: str) -> HttpResponse:
    """The page that gives an organisation another name."""
    viewer = request.viewer
    organisation = get_object_or_404(Organisation, slug=slug)

    def act(**values: Any) -> Organisation:
        renamed = actions.rename_organisation(organisation, viewer, **values)
        messages.success(request, _("Le nouveau nom est enregistré."))
        return renamed

    context = {
        "organisation": organisation,
        "title": _("Renommer cette organisation"),
        "lead": _("Sa page garde son adresse. Les signatures au registre ne changent pas."),
        "button": _("Enregistrer le nom"),
    }
    form = RenameForm(posted(request), initial={"name": organisation.name})
    return answer_decision(request, form, act, context)
