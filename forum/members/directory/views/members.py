"""The directory of people, for members; a member's page; the form of one's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.resume_form import login_required_returning_to
from accounts.organisations.queries import all_colleges
from accounts.profiles.actions import save_profile
from accounts.profiles.queries import profile_of
from accounts.territories.queries import departments_by_code
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.base.expertise.actions import set_expertise
from forum.conversation.threads import login_redirects
from forum.members.directory import entries
from forum.members.directory.filters import DirectoryFilters
from forum.members.directory.forms import DirectoryProfileForm
from forum.members.directory.listings import people_page
from forum.members.directory.views.searches import bounded_search
from forum.models import Expertise

if TYPE_CHECKING:
    from forum.base.spaces.models import TopicQuerySet


@require_safe
@bounded_search
def members(request: ViewerRequest) -> HttpResponse:
    """The people of the network, shown to members."""
    viewer, filters = request.viewer, DirectoryFilters.from_query(request.GET)
    if not viewer.is_registered:
        return login_redirects.redirect_to_sign_in(request)
    if not viewer.is_member:
        reason = _(
            "L’annuaire des personnes s’ouvre aux membres : il reste à signer la charte."
        )
        return login_redirects.redirect_to_charter(request, reason)
    context = {
        "filters": filters,
        "page": people_page(viewer, filters),
        "colleges": all_colleges(),
        "departments": departments_by_code(),
    }
    return render(request, "members/directory/members.html", context)


@require_safe
def member(request: ViewerRequest, pk: int) -> HttpResponse:
    """A member's page: their profile, for members, and what they wrote that one may read.

    The profile of someone who is not in the directory today is shown to themselves only. A
    person of whom the viewer may see nothing is a 404.
    """
    viewer = request.viewer
    person = entries.known_person(pk)
    if person is None:
        raise Http404
    is_own = viewer.person_id == person.pk
    is_shown = is_own or viewer.is_member and person.is_listed
    threads = entries.person_threads(viewer, person)
    replies = entries.person_replies(viewer, person)
    if not (is_shown or threads or replies):
        raise Http404
    names_seats = is_own or viewer.is_member
    context = {
        "person": person,
        "seats": entries.confirmed_seats(person) if names_seats else None,
        "profile": profile_of(person) if is_shown else None,
        "expertise": entries.shown_expertise(viewer, person) if is_shown else [],
        "threads": threads,
        "replies": replies,
    }
    return render(request, "members/directory/member.html", context)


@login_required_returning_to("edit-profile", keep_form=True)
def edit_profile(request: PersonRequest) -> HttpResponse:
    """The form of what one shows in the directory, and of one's expertise."""
    viewer, own = request.viewer, profile_of(request.user)
    expertise = Expertise.objects.filter(person=request.user).values_list("topic", flat=True)
    form = DirectoryProfileForm(posted(request), profile=own, expertise=expertise)

    def act(topics: TopicQuerySet, **_profile: Any) -> str:
        save_profile(request.user, **form.profile_fields)
        if viewer.is_registered:
            set_expertise(list(topics), viewer)
        messages.success(request, _("Vos choix pour l’annuaire sont enregistrés."))
        return "edit-profile"

    page = form_page(request, "members/directory/edit_profile.html")
    return answer_form(request, form, act, page, error_field="presentation", refusal_status=422)
