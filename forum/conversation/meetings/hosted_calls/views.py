"""The way into the call of a meeting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.rate_limits import RateLimit
from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from forum.conversation.meetings.hosted_calls.providers import CallFailed
from forum.conversation.meetings.hosted_calls.queries import own_provider
from forum.conversation.meetings.queries import get_meeting, shown_meeting_of
from forum.conversation.meetings.rules import may_add_meeting
from forum.conversation.threads.login_redirects import registered_required

_CALLS = RateLimit("join_call", "30/10m/user")


@require_safe
@registered_required()
def join_call(request: ViewerRequest, pk: int) -> HttpResponse:
    """Lead who has a place, or keeps it, into the call of a meeting; others to its page."""
    viewer = request.viewer
    meeting, provider = get_meeting(viewer, pk), own_provider()
    keeps = may_add_meeting(viewer, meeting.thread)
    shown = shown_meeting_of(viewer, meeting, with_names=False)
    is_let_in = meeting.has_hosted_call and meeting.is_open and (keeps or shown.has_place)
    if provider is None or not is_let_in or request.headers.get("Sec-Purpose"):
        return redirect(meeting)
    if too_often := _CALLS.refusal(request):
        messages.error(request, too_often)
        return redirect(meeting)
    assert isinstance(request.user, User)  # Who is registered has an account.
    try:
        return redirect(provider.join_url(meeting, request.user, keeps=keeps))
    except CallFailed:
        messages.error(request, _("Le salon ne s’ouvre pas\u00a0: réessayez dans un moment."))
        return redirect(meeting)
