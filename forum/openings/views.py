"""Opening a college's room, and the log of its openings, which the college reads."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import viewers
from accounts.kept import sign_in_and_return, typed_before
from accounts.models import Opening
from accounts.openings import actions
from accounts.openings.rule import may_open
from forum import visibility
from forum.audiences import openings_read
from forum.models import Space
from forum.openings.forms import OpeningForm
from forum.pages import Numbered, page_number

#: One's own openings that the page still shows.
MOST_SHOWN = 20


def openers_only(view):
    """``view`` for whoever may open a room; for everyone else there is no such page."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return sign_in_and_return(request, reverse("openings"))  # With what was typed.
        if not may_open(viewers.of_request(request), request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@openers_only
def openings(request):
    """Open the room of a college that is not one's own; those that one has opened."""
    viewer = viewers.of_request(request)
    if request.method != "POST":
        return _page(request, OpeningForm(viewer=viewer, initial=typed_before(request) or {}))
    form = OpeningForm(request.POST, viewer=viewer)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        opening = actions.open_room(request.user, **form.cleaned_data)
    except actions.CannotOpen as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, form, status=403)
    messages.success(request, _("La pièce vous est ouverte, en lecture. Le collège le voit."))
    room = Space.objects.visible_to(viewers.of_person(request.user))
    return redirect(room.filter(college=opening.college).first() or "openings")


@require_POST
@openers_only
def close_opening(request, pk):
    """Close a room that one has opened, before its time."""
    opening = get_object_or_404(Opening, pk=pk, person=request.user)
    actions.close_room(opening, request.user)
    messages.success(request, _("La pièce est refermée."))
    return redirect("openings")


@require_safe
def space_openings(request, slug):
    """Who opened a college's room, when and why: for the college, and for animators."""
    viewer = viewers.of_request(request)
    rooms = Space.objects.visible_to(viewer, visibility.opening_logs).select_related("college")
    room = get_object_or_404(rooms, slug=slug)
    rows = Opening.objects.filter(college=room.college).select_related("person")
    is_read = Space.objects.visible_to(viewer).filter(pk=room.pk).exists()
    context = {
        "room": room,
        "is_read": is_read,
        "reading": {one.pk for one in openings_read(room.college_id)},
        "page": Numbered(rows, page_number(request.GET)),
    }
    return render(request, "openings/room.html", context)


def _page(request, form, status=200):
    own = Opening.objects.filter(person=request.user).select_related("college")
    rooms = Space.objects.visible_to(viewers.of_request(request))
    places = {room.college_id: room for room in rooms.filter(audience="college")}
    rows = [(opening, places.get(opening.college_id)) for opening in own[:MOST_SHOWN]]
    return render(request, "openings/open.html", {"form": form, "rows": rows}, status=status)
