"""The inbox: threads with news and one's notifications, in one list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.base.forms import ReadUntilForm
from accounts.base.parsing import parse_natural_number
from accounts.viewers.middleware import PersonRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.actions import mark_all_read, mark_read_up_to
from forum.conversation.follows.models import Follow
from forum.conversation.follows.queries import (
    MAX_WITH_NEWS,
    UnreadReplies,
    threads_with_news,
    unread_replies_in,
)
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.follows.subscriptions.queries import reasons_of
from forum.conversation.inbox.actions import (
    mark_notifications_read,
    mark_posts_read,
    mark_read,
)
from forum.conversation.inbox.notification import Notification
from forum.conversation.inbox.queries import (
    MAX_NOTIFICATIONS,
    notifications_until_now,
)

#: What ``?voir=`` adds: notifications that were read.
_ALL = "tout"


@dataclass(frozen=True)
class InboxItem:
    """What the inbox shows: a thread with news, a notification, or both of one message."""

    at: datetime
    notification: Notification | None = None
    follow: Follow | None = None
    unread_replies: UnreadReplies | None = None
    reason: Subscription | None = None
    #: The notifications of messages that the thread tells of, the first as ``notification``.
    messages: Sequence[Notification] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inbox(request: PersonRequest) -> HttpResponse:
    """Threads with news and unread notifications, newest first; with ``?voir=tout`` read ones.

    A POST marks one of them as read, or all there was when the page was made.
    """
    viewer, shown = request.viewer, request.GET.get("voir")
    if request.method == "POST":
        return _act(request, viewer)
    now = timezone.now()  # Before the rows: what happens in between stays unread.
    follows = threads_with_news(viewer)
    notifications = notifications_until_now(request.user, viewer)
    unread = [it for it in notifications if not it.is_read]
    threads = _thread_items(follows[:MAX_WITH_NEWS], viewer, unread)
    of_threads = [it for item in threads for it in item.messages]
    listed = [it for it in (notifications if shown == _ALL else unread) if it not in of_threads]
    items = [*threads, *map(_item_of, listed[:MAX_NOTIFICATIONS])]
    context = {
        "items": sorted(items, key=lambda it: it.at, reverse=True),
        "has_more": len(follows) > MAX_WITH_NEWS,
        "has_unread": bool(follows or unread),
        "until": now.isoformat(),
        "shows_all": shown == _ALL,
    }
    return render(request, "conversation/inbox/inbox.html", context)


def _thread_items(
    follows: Iterable[Follow], viewer: Viewer, unread: Iterable[Notification]
) -> list[InboxItem]:
    """The threads of ``follows``, each with what of ``unread`` tells of its news."""
    replies, reasons = unread_replies_in(follows, viewer), reasons_of(viewer, follows)
    candidates = [(it.reason, it.post, it) for it in unread if it.reason and it.post]
    items = []
    for follow in follows:
        of_thread = [
            (reason, it)
            for reason, post, it in candidates
            if post.thread_id == follow.thread_id and post.number > follow.last_read_number
        ]
        messages = [it for _reason, it in sorted(of_thread, key=itemgetter(0), reverse=True)]
        items.append(
            InboxItem(
                follow.thread.last_posted_at,
                notification=messages[0] if messages else None,
                follow=follow,
                unread_replies=replies.get(follow.pk),
                reason=reasons.get(follow.pk),
                messages=messages,
            )
        )
    return items


def _item_of(notification: Notification) -> InboxItem:
    return InboxItem(notification.at, notification)


def _act(request: PersonRequest, viewer: Viewer) -> HttpResponse:
    if "thread" in request.POST:
        pk, _space, read = request.POST["thread"].partition(" ")
        thread_id, number = parse_natural_number(pk) or 0, parse_natural_number(read) or 0
        mark_read_up_to(viewer, {thread_id: number})
        mark_posts_read(viewer, {thread_id: range(1, number + 1)})
    elif "notification" in request.POST:
        notification_id = request.POST["notification"]
        unread = [
            it
            for it in notifications_until_now(request.user, viewer)
            if it.id == notification_id and not it.is_read
        ]
        mark_notifications_read(request.user.pk, unread)
    else:
        form = ReadUntilForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        mark_all_read(viewer, form.cleaned_data["until"])
        mark_read(request.user, form.cleaned_data["until"])
    return redirect(request.get_full_path())
