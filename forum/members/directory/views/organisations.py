"""The directory of organisations, and an organisation's page with what it wrote.

They are here, not in ``accounts``, because they show threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.admission.queries import candidate_organisations, candidates_to_sponsor
from accounts.organisations.queries import all_colleges
from accounts.territories import countries
from accounts.territories.models import HOME_COUNTRY
from accounts.territories.queries import departments_by_code, territories_of
from accounts.viewers.middleware import ViewerRequest
from forum.members.directory import contributions, entries
from forum.members.directory.filters import DirectoryFilters
from forum.members.directory.listings import organisations_page
from forum.members.directory.views.searches import bounded_search

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


@require_safe
@bounded_search
def organisations(request: ViewerRequest) -> HttpResponse:
    """The organisations of the network, by name."""
    viewer, filters = request.viewer, DirectoryFilters.from_query(request.GET)
    context = {
        "filters": filters,
        "page": organisations_page(viewer, filters),
        "colleges": all_colleges(),
        "departments": departments_by_code(),
        "candidates": _candidate_count(viewer),
    }
    return render(request, "members/directory/organisations.html", context)


@require_safe
def organisation(request: ViewerRequest, slug: str) -> HttpResponse:
    """One organisation: its college, its signature, its threads; for members, its people.

    One that has left the network keeps what it wrote.
    """
    subject = _organisation_or_404(request, slug)
    if subject.merged_into:
        return redirect(subject.merged_into)
    return _render_organisation(request, subject)


def _organisation_or_404(request: ViewerRequest, slug: str) -> Organisation:
    """The organisation, if the viewer may open its page, with what they are in it."""
    if organisation := entries.known_organisation(request.viewer, slug):
        return organisation
    raise Http404


def _render_organisation(
    request: ViewerRequest, organisation: Organisation, status: int = 200, **parts: Any
) -> HttpResponse:
    """Render the page of ``organisation``; ``parts``: more context, such as a refused form.

    A part for some viewers only is in the context for those only.
    """
    viewer = request.viewer
    context = {
        "organisation": organisation,
        "country": countries.name_of(organisation.country)
        if organisation.country != HOME_COUNTRY
        else "",
        "territories": territories_of(organisation),
        "first_signature": entries.first_signature(organisation),
        "seats": entries.listed_seats(organisation) if viewer.is_member else None,
        "may_choose": viewer.is_animator or organisation.is_ours,
        "decides": viewer.is_animator or organisation.is_led,
        "may_sponsor": _may_sponsor(request.user, viewer, organisation),
        "topics": contributions.expertise_topics(viewer, organisation),
        "threads": entries.organisation_threads(viewer, organisation),
        "merged": list(organisation.merged.all()) if viewer.is_animator else [],
    }
    return render(
        request, "members/directory/organisation.html", context | parts, status=status
    )


def _candidate_count(viewer: Viewer) -> int:
    """How many organisations look for sponsors, for members."""
    if settings.FORUM_ADMISSION != "sponsored" or not viewer.is_member:
        return 0
    return candidate_organisations().count()


def _may_sponsor(
    person: User | AnonymousUser, viewer: Viewer, organisation: Organisation
) -> bool:
    """Whether the viewer may sponsor ``organisation``, which waits."""
    if organisation.admitted_at or not viewer.seat_id or isinstance(person, AnonymousUser):
        return False
    return candidates_to_sponsor(person, viewer).filter(pk=organisation.pk).exists()
