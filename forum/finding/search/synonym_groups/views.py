"""The pages where animators keep the terms that mean the same."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.text import printable_line
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base.search_index.models import SynonymGroup
from forum.finding.search.missed_searches.queries import missed_terms
from forum.finding.search.synonym_groups import actions
from forum.finding.search.synonym_groups.forms import SynonymsForm
from forum.finding.search.synonym_groups.queries import term_counts
from forum.finding.search.synonym_groups.rules import MAX_LENGTH


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("synonyms")
def synonyms(request: ViewerRequest) -> HttpResponse:
    """The groups of animators, those of the reference data, and the form that adds one."""
    typed = printable_line(request.GET.get("termes", ""), MAX_LENGTH)
    form = SynonymsForm(request.POST or None, initial={"terms": typed})
    groups = list(SynonymGroup.objects.in_use())
    context = {
        "own_groups": [group for group in groups if not group.reference],
        "reference_groups": [group for group in groups if group.reference],
        "missed_terms": missed_terms(),
    }
    return _answer(request, form, actions.add_synonyms, "synonyms", context)


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("synonym-group", "pk")
def synonym_group(request: ViewerRequest, pk: int) -> HttpResponse:
    """A group: what each of its terms finds, and the form that changes it."""
    group = SynonymGroup.objects.in_use().get(pk=pk)
    form = SynonymsForm(request.POST or None, group=group, initial={"terms": group.terms})
    change = partial(actions.change_synonyms, group)
    return _answer(request, form, change, "synonym_group", {"group": group})


@require_POST
@animator_required("synonyms")
def remove_synonyms(request: ViewerRequest, pk: int) -> HttpResponse:
    """Have a group mean the same no longer."""
    group = SynonymGroup.objects.get(pk=pk)
    actions.remove_synonyms(group, request.viewer)
    messages.success(request, _("Ces termes ne se trouvent plus l’un par l’autre."))
    return redirect("synonyms")


def _answer(
    request: ViewerRequest,
    form: SynonymsForm,
    act: Callable[[str, Viewer], object],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Do ``act``, or show the page with what each term finds by itself, where one asks that."""
    viewer, status = request.viewer, 200
    if request.method == "POST":
        if form.is_valid() and "preview" not in request.POST:
            act(form.cleaned_data["terms"], viewer)
            text = _("C’est noté : la recherche en tient compte dès maintenant.")
            messages.success(request, text)
            return redirect("synonyms")
        status = 200 if form.is_valid() else 422
    context |= {"form": form, "counts": term_counts(viewer, form.typed_terms)}
    return render(
        request, f"finding/search/synonym_groups/{template}.html", context, status=status
    )
