"""The search for a territory, and the page of an organisation's territories."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.base.form_views import answer_form
from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import login_required_returning_to, pop_saved_form
from accounts.organisations.models import Organisation
from accounts.organisations.queries import known_organisation
from accounts.territories import actions
from accounts.territories.forms import TerritoryForm
from accounts.territories.models import Territory
from accounts.territories.queries import territories_of
from accounts.territories.rules import NOT_ALLOWED_MESSAGE, may_choose_territories
from accounts.territories.search import MAX_RESULTS, search_territories
from accounts.territories.search_keys import MAX_QUERY_LENGTH
from accounts.viewers.middleware import PersonRequest, ViewerRequest

#: What a whole meeting types behind one address is less.
_SEARCHES = RateLimit("search_territories", "3000/10m/ip", counts_reading=True)
#: Seconds for which browsers keep results: territories seldom change.
_CACHE_SECONDS = 300


@require_safe
@cache_control(max_age=_CACHE_SECONDS)
def territory_search(request: ViewerRequest) -> HttpResponse:
    """The territories that ``q`` may mean, as a fragment of options, for the script.

    Public, like the official list; under 10 kB in all cases.
    """
    if refusal := _SEARCHES.refusal(request):
        return HttpResponse(refusal, status=429)
    territories = search_territories(request.GET.get("q", ""))
    return render(request, "territories/search_options.html", {"territories": territories})


@login_required
def own_territories(request: ViewerRequest) -> HttpResponse:
    """Lead to the territories of the organisation that one writes for."""
    organisation = Organisation.objects.filter(seats=request.viewer.seat_id or 0).first()
    if organisation is None:
        return redirect("charter")
    return redirect("organisation-territories", organisation.slug)


@login_required
def organisation_territories(request: ViewerRequest, slug: str) -> HttpResponse:
    """The organisation's territories, a search for more, and the form of a new one."""
    organisation = _organisation_or_403(request, slug)
    return _render_page(request, organisation)


@require_POST
@login_required_returning_to("organisation-territories", "slug")
def choose_territories(request: PersonRequest, slug: str) -> HttpResponse:
    """Add the territories that were ticked."""
    organisation = _organisation_or_403(request, slug)
    asked = request.POST.getlist("territory")[: actions.MAX_TERRITORIES]
    chosen = list(Territory.objects.filter(slug__in=[it for it in asked if "\0" not in it]))
    words = request.POST.get("territory_words", "")[:MAX_QUERY_LENGTH]
    if chosen:
        try:
            actions.choose_territories(organisation, request.user, chosen)
        except actions.TooManyTerritories as refusal:
            return _render_page(
                request,
                organisation,
                words=words,
                ticked=chosen,
                refusal=str(refusal),
                status=403,
            )
        names = ", ".join(str(territory) for territory in chosen)
        messages.success(request, _("Ajouté : %s.") % names)
        return redirect("organisation-territories", slug)
    query = f"?{urlencode({'q': words})}" if words else ""
    return redirect(reverse("organisation-territories", args=[slug]) + query)


@require_POST
@login_required_returning_to("organisation-territories", "slug")
def remove_territory(request: PersonRequest, slug: str) -> HttpResponse:
    """Remove one of the organisation's territories."""
    organisation = _organisation_or_403(request, slug)
    asked = request.POST.get("territory", "").replace("\0", "")
    territory = get_object_or_404(organisation.territories, slug=asked)
    actions.remove_territory(organisation, request.user, territory)
    messages.success(request, _("Ôté : %s.") % territory)
    return redirect("organisation-territories", slug)


@require_POST
@login_required_returning_to("organisation-territories", "slug", keep_form=True)
def add_territory(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a territory that is not on the official list."""
    organisation = _organisation_or_403(request, slug)

    def act(**_fields: Any) -> HttpResponse:
        territory = actions.add_territory(organisation, request.user, form.new_territory)
        messages.success(request, _("Ajouté : %s.") % territory)
        return redirect("organisation-territories", slug)

    def page(form: BaseForm, status: int) -> HttpResponse:
        return _render_page(request, organisation, form, status=status)

    form = TerritoryForm(request.POST)
    return answer_form(request, form, act, page, error_field="name")


def _organisation_or_403(request: ViewerRequest, slug: str) -> Organisation:
    """The organisation. Raise PermissionDenied to those who know of it and may not choose its
    territories, DoesNotExist to others."""
    viewer = request.viewer
    organisation = known_organisation(viewer, slug)
    if not may_choose_territories(viewer, organisation):
        raise PermissionDenied(NOT_ALLOWED_MESSAGE)
    return organisation


def _render_page(
    request: ViewerRequest,
    organisation: Organisation,
    form: BaseForm | None = None,
    words: str | None = None,
    ticked: Collection[Territory] = (),
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the page; ``form`` or ``ticked`` and ``refusal`` are those of a failed POST."""
    words = request.GET.get("q", "")[:MAX_QUERY_LENGTH] if words is None else words
    chosen = territories_of(organisation)
    results = search_territories(words, MAX_RESULTS + len(chosen))
    context = {
        "organisation": organisation,
        "territories": chosen,
        "words": words,
        "results": [*ticked, *(it for it in results if it not in [*chosen, *ticked])],
        "ticked": ticked,
        "refusal": refusal,
        "form": form or _new_territory_form(request, organisation),
    }
    return render(request, "territories/organisation_territories.html", context, status=status)


def _new_territory_form(request: ViewerRequest, organisation: Organisation) -> TerritoryForm:
    """The form of a new territory, with what was saved when the session expired."""
    address = reverse("add-territory", args=[organisation.slug])
    return TerritoryForm(initial=pop_saved_form(request, address))
