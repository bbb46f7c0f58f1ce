"""The page of the log of moderation, for animators."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.base.pagination import NumberedPage, page_number
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.moderation.journal.queries import log_entries, with_visible_subjects


class LogFilterForm(forms.Form):
    """What the page shows of the log; empty fields filter nothing."""

    action = forms.ChoiceField(
        label=_("Ce qui a été fait"),
        choices=[("", _("Tout")), *LoggedAction.choices],
        required=False,
    )
    nom = forms.CharField(
        label=_("Nom d’une personne ou d’une organisation"), max_length=100, required=False
    )


@require_safe
@animator_required()
def moderation_log(request: ViewerRequest) -> HttpResponse:
    """The log, by what was done and by whom it was done or whom it concerns."""
    viewer = request.viewer
    form = LogFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    rows = log_entries(viewer, filters.get("action", ""), filters.get("nom", ""))
    page = NumberedPage(rows, page_number(request.GET)).or_first()
    context = {"form": form, "page": page, "rows": with_visible_subjects(viewer, page.rows)}
    return render(request, "moderation/moderation_log.html", context)
