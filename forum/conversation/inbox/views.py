"""The inbox: threads with news, and one's notifications, on one page."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.base.forms import ReadUntilForm
from forum.conversation.follows.actions import mark_all_read
from forum.conversation.follows.queries import (
    MAX_WITH_NEWS,
    threads_with_news,
    unread_replies_in,
)
from forum.conversation.follows.subscriptions.queries import reasons_of
from forum.conversation.follows.views import unfollow_in_list
from forum.conversation.inbox.actions import mark_read
from forum.conversation.inbox.queries import notifications_of

#: What ``?voir=`` keeps: threads, or what is decided, asked and said about oneself.
_THREADS, _NOTIFICATIONS = "fils", "avis"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inbox(request):
    """Threads with news by thread, then one's notifications; unread first, newest first.

    ``?voir=`` keeps one of the two. A POST marks as read all there was when the page was
    made, or of what ``?voir=`` kept; or it unfollows a thread.
    """
    viewer, shown = request.viewer, request.GET.get("voir")
    if "unfollow" in request.POST:
        return unfollow_in_list(request, viewer)
    if request.method == "POST":
        form = ReadUntilForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        until = form.cleaned_data["until"]
        if shown != _NOTIFICATIONS:
            mark_all_read(viewer, until)
        if shown != _THREADS:
            mark_read(request.user, until)
        return redirect(request.get_full_path())
    now = timezone.now()  # Before the rows: what happens in between stays unread.
    follows = [] if shown == _NOTIFICATIONS else threads_with_news(viewer)
    replies, reasons = unread_replies_in(follows, viewer), reasons_of(viewer, follows)
    notifications = [] if shown == _THREADS else notifications_of(request.user, viewer)
    read_at = request.user.inbox_read_at
    rows = [(notification, notification.at > read_at) for notification in notifications]
    has_unread = bool(follows) or any(is_new for _notification, is_new in rows)
    context = {
        "threads": [
            (follow, follow.thread, replies.get(follow.pk), reasons.get(follow.pk))
            for follow in follows[:MAX_WITH_NEWS]
        ],
        "has_more": len(follows) > MAX_WITH_NEWS,
        "rows": rows,
        "has_unread": has_unread,
        "until": now.isoformat(),
        "shown": shown if shown in (_THREADS, _NOTIFICATIONS) else "",
    }
    return render(request, "conversation/inbox/inbox.html", context)
