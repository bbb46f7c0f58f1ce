"""The pages of measures: those taken against a person, statements of reasons, one's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.form_views import posted
from accounts.base.pagination import NumberedPage, page_number
from accounts.base.resume_form import pop_saved_form
from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.library.sheets.public_versions.queries import withdrawable_versions
from forum.moderation import actions as moderation
from forum.moderation.appeals.forms import AppealForm
from forum.moderation.forms import (
    EndMeasureForm,
    MeasureForm,
    SuspensionForm,
    TimedMeasureForm,
)
from forum.moderation.measures import actions
from forum.moderation.measures.models import Measure, MeasureKind
from forum.moderation.measures.queries import (
    hide_unread_reasons,
    measure_for_page,
    measures_about,
)
from forum.moderation.pages import answer_decision

_FORMS = {
    MeasureKind.WARN: MeasureForm,
    MeasureKind.REMOVE_PHOTO: MeasureForm,
    MeasureKind.SILENCE: TimedMeasureForm,
    MeasureKind.SUSPEND: SuspensionForm,
}


@animator_required()
def impose_measure(request: ViewerRequest, pk: int, kind: MeasureKind) -> HttpResponse:
    """The page that warns, silences or suspends a person."""
    viewer = request.viewer
    person = get_object_or_404(User, pk=pk, is_active=True)

    def act(**values: Any) -> Measure:
        measure = actions.impose_on_person(kind, person, viewer, **values)
        messages.success(request, _("La mesure est prise, et la personne en est avertie."))
        return measure

    form = _FORMS[kind](posted(request))
    context = {"person": person, "measures": measures_about(viewer, person)} | _words(kind)
    return answer_decision(request, form, act, context)


def _words(kind: MeasureKind) -> dict[str, str]:
    if kind == MeasureKind.WARN:
        title, button = _("Avertir cette personne"), _("Envoyer l’avertissement")
        lead = _("Rien ne lui est retiré : elle lit le motif et les faits dans sa boîte.")
    elif kind == MeasureKind.REMOVE_PHOTO:
        title = button = _("Retirer sa photo")
        lead = _(
            "Ses initiales reviennent. La personne lit le motif, et peut en choisir une autre."
        )
    elif kind == MeasureKind.SILENCE:
        title, button = _("Mettre ce compte en lecture seule"), _("Mettre en lecture seule")
        lead = _("La personne lit tout ce qu’elle lit aujourd’hui, et n’écrit plus.")
    else:
        title, button = _("Suspendre ce compte"), _("Suspendre le compte")
        lead = _(
            "La personne ne lit plus que les pages publiques et n’écrit plus. Elle peut lire "
            "la décision, la contester et emporter ses données."
        )
    return {"title": title, "lead": lead, "button": button}


@login_required
@require_safe
def measure(request: ViewerRequest, pk: int) -> HttpResponse:
    """The statement of reasons of a measure: for whom it concerns, and for animators."""
    viewer = request.viewer
    subject = measure_for_page(viewer, pk)
    if subject is None:
        raise Http404
    context = {"measure": subject, "form": AppealForm(initial=pop_saved_form(request))}
    if subject.is_own:
        context["public_versions"] = withdrawable_versions(viewer)
    return render(request, "moderation/measure.html", context)


@animator_required()
def end_measure(request: ViewerRequest, pk: int) -> HttpResponse:
    """The page that ends a measure, with a reason."""
    viewer = request.viewer
    measure = measure_for_page(viewer, pk)
    if measure is None:
        raise Http404

    def act(**values: Any) -> Measure:
        moderation.end_measure(measure, viewer, **values)
        messages.success(request, _("La mesure a pris fin, et la personne en est avertie."))
        return measure

    context = {
        "measure": measure,
        "title": _("Lever cette mesure"),
        "lead": _("Ce qu’elle a changé est défait. Elle reste au journal, avec vos raisons."),
        "button": _("Lever la mesure"),
    }
    return answer_decision(request, EndMeasureForm(posted(request)), act, context)


@login_required
@require_safe
def own_moderation(request: ViewerRequest) -> HttpResponse:
    """What animators decided about oneself, suspended or not: measures, and the log's lines."""
    viewer = request.viewer
    assert request.user.is_authenticated
    entries = ModerationLogEntry.objects.filter(person=request.user)
    page = NumberedPage(entries, page_number(request.GET))
    hide_unread_reasons(viewer, page.rows)
    context = {
        "measures": measures_about(viewer, request.user),
        "public_versions": withdrawable_versions(viewer),
        "page": page,
        "viewer": viewer,
    }
    return render(request, "moderation/own_moderation.html", context)
