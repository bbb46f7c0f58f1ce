"""The page of one's calendar feed, its buttons, and what calendars are given."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.base.mail_languages import in_language_of
from accounts.base.rate_limits import RateLimit
from accounts.base.translations import network_name
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.calendar_feeds import actions, queries
from forum.conversation.meetings.calendar_feeds.models import FeedScope
from forum.conversation.meetings.models import Meeting
from forum.conversation.threads.login_redirects import registered_required

_FEEDS = RateLimit("make_calendar_feed", "10/h/user")


@require_safe
@registered_required()
def show_feed(request: ViewerRequest) -> HttpResponse:
    """The address of one's calendar feed, and what one may do with it."""
    context = {"feed": queries.own_feed(request.viewer)}
    return render(request, "conversation/meetings/calendar_feed.html", context)


@require_POST
@registered_required("calendar-feed")
def make_feed(request: ViewerRequest) -> HttpResponse:
    """Make an address, in place of the one before."""
    if refusal := _FEEDS.refusal(request):
        messages.error(request, refusal)
    else:
        actions.make_calendar_feed(request.viewer)
        messages.success(request, _("Votre adresse est prête."))
    return redirect("calendar-feed")


@require_POST
@registered_required("calendar-feed")
def remove_feed(request: ViewerRequest) -> HttpResponse:
    """Remove one's address."""
    actions.remove_calendar_feed(request.viewer)
    messages.success(request, _("L’adresse ne vaut plus rien."))
    return redirect("calendar-feed")


@require_safe
def feed_file(request: ViewerRequest, token: str) -> HttpResponseBase:
    """The meetings that who made the address may read now, for whoever has it."""
    feed, which = queries.find_feed(token), request.GET.get("quelles", FeedScope.READ)
    if feed is None or which not in FeedScope:
        raise Http404
    scope = FeedScope(which)
    with in_language_of(feed.person_id):
        viewer = viewer_of_person(feed.person)
        meetings = queries.feed_meetings(viewer, scope)
        charter_day = queries.charter_day_of(feed.person, viewer, scope)
        etag = queries.etag_of(meetings, charter_day)
        answer = get_conditional_response(request, etag=etag)
        if answer is None:
            answer = _file(meetings, scope, charter_day)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _file(
    meetings: list[tuple[Meeting, bool]], scope: FeedScope, charter_day: date | None
) -> HttpResponse:
    from forum.conversation.meetings.calendar import CONTENT_TYPE, calendar_of  # icalendar.

    name = _("Rencontres\u00a0: %(network)s") % {"network": network_name()}
    if scope != FeedScope.READ:
        name = f"{name} ({scope.label})"
    content = calendar_of(meetings, name, charter_day)
    return HttpResponse(content, content_type=CONTENT_TYPE)
