"""The page of one's notifications."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.base.forms import ReadUntilForm
from accounts.viewers import viewers
from forum.inbox.actions import mark_read
from forum.inbox.queries import notifications_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inbox(request):
    """One's notifications, newest first; a POST marks those that the page showed as read."""
    if request.method == "POST":
        form = ReadUntilForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        mark_read(request.user, form.cleaned_data["until"])
        return redirect("inbox")
    now = timezone.now()  # Before the rows: what happens in between stays unread.
    notifications = notifications_of(request.user, viewers.get_viewer(request))
    read_at = request.user.inbox_read_at
    rows = [(notification, notification.at > read_at) for notification in notifications]
    has_unread = any(is_new for _notification, is_new in rows)
    context = {"rows": rows, "has_unread": has_unread, "until": now.isoformat()}
    return render(request, "inbox/inbox.html", context)
