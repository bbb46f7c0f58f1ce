"""The pages of break-glass access, and the log of it that the college reads."""

from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, posted
from accounts.base.pagination import NumberedPage, page_number
from accounts.base.resume_form import redirect_to_login_keeping_form
from accounts.break_glass import actions
from accounts.break_glass.rules import may_break_glass
from accounts.models import BreakGlassAccess
from accounts.viewers import viewers
from accounts.viewers.decorators import View
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.base import visibility
from forum.base.readership import break_glass_in_use
from forum.members.break_glass.forms import BreakGlassForm
from forum.models import Space

#: The newest of one's own accesses that the page shows.
MAX_ACCESSES = 20


def break_glass_required(view: View) -> View:
    """Decorate a view for people who may break the glass; it is a 404 for others."""

    @wraps(view)
    def wrapper(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            return redirect_to_login_keeping_form(request, reverse("break-glass"))
        if not may_break_glass(request.viewer, request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@require_http_methods(["GET", "HEAD", "POST"])
@break_glass_required
def break_glass(request: PersonRequest) -> HttpResponse:
    """The form that opens the space of another college for a time, and one's accesses."""
    viewer = request.viewer
    form = BreakGlassForm(posted(request), viewer=viewer)

    def act(**values: Any) -> Space | str:
        access = actions.open_access(request.user, **values)
        messages.success(
            request, _("La pièce vous est ouverte, en lecture. Le collège le voit.")
        )
        space = Space.objects.visible_to(viewers.viewer_of_person(request.user))
        return space.filter(college=access.college).first() or "break-glass"

    return answer_form(request, form, act, partial(_render_break_glass, request))


@require_POST
@break_glass_required
def close_break_glass(request: PersonRequest, pk: int) -> HttpResponse:
    """End one's access to a space before its time."""
    access = get_object_or_404(BreakGlassAccess, pk=pk, person=request.user)
    actions.close_access(access, request.user)
    messages.success(request, _("La pièce est refermée."))
    return redirect("break-glass")


@require_safe
def break_glass_log(request: ViewerRequest, slug: str) -> HttpResponse:
    """The accesses to a college's space, for the college and for animators."""
    viewer = request.viewer
    spaces = Space.objects.visible_to(viewer, visibility.break_glass_logs).select_related(
        "college"
    )
    space = get_object_or_404(spaces, slug=slug)
    rows = BreakGlassAccess.objects.filter(college=space.college).select_related("person")
    is_read = Space.objects.visible_to(viewer).filter(pk=space.pk).exists()
    context = {
        "space": space,
        "is_read": is_read,
        "in_use": {access.pk for access in break_glass_in_use(space.college_id or 0)},
        "page": NumberedPage(rows, page_number(request.GET)),
    }
    return render(request, "members/break_glass/log.html", context)


def _render_break_glass(
    request: PersonRequest, form: BreakGlassForm, status: int
) -> HttpResponse:
    own = BreakGlassAccess.objects.filter(person=request.user).select_related("college")
    spaces = Space.objects.visible_to(request.viewer)
    by_college = {space.college_id: space for space in spaces.filter(audience="college")}
    rows = [(access, by_college.get(access.college_id)) for access in own[:MAX_ACCESSES]]
    return render(
        request,
        "members/break_glass/open.html",
        {"form": form, "rows": rows},
        status=status,
    )
