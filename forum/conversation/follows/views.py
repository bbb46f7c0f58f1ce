"""What of a thread is signalled to one, and the page of the threads one follows."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.forms import ReadUntilForm
from accounts.base.pagination import page_number
from accounts.base.parsing import parse_natural_number
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.actions import (
    choose_follow,
    follow_thread,
    mark_all_read,
    unfollow_thread,
)
from forum.conversation.follows.forms import FollowForm
from forum.conversation.follows.models import Level
from forum.conversation.follows.queries import followed_threads, own_follow, unread_replies_in
from forum.conversation.follows.subscriptions.queries import reasons_of
from forum.conversation.inbox.actions import mark_posts_read
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.conversation.threads.queries import get_thread

#: Pages that ``?retour=`` leads back to.
_LISTS = "inbox", "follows"


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: ViewerRequest, pk: int) -> HttpResponse:
    """What of a thread is signalled, and how: the choice, or a POST that keeps it.

    With ``follow``, 1 or 0, a POST follows the thread as a whole or stops; with ``unmute`` it
    is as any other. It leads to the thread's page ``?page=``, or to the list ``?retour=``.
    """
    viewer = request.viewer
    if not viewer.is_registered:
        thread_url = reverse("thread-short", args=[pk])
        return redirect_to_sign_in(request, thread_url if request.method == "POST" else None)
    if request.method != "POST":
        return _render_choice(request, viewer, pk)
    if "follow" not in request.POST and "unmute" not in request.POST:
        form = FollowForm(request.POST)
        if not form.is_valid():
            return _render_choice(request, viewer, pk, form)
        thread = choose_follow(pk, viewer, **form.cleaned_data)
        message = _message_of(form.cleaned_data["level"])
    elif request.POST.get("follow") == "1":
        thread, message = follow_thread(pk, viewer), _message_of(Level.ALL)
    else:
        thread, message = unfollow_thread(pk, viewer), _("Vous ne suivez plus ce fil.")
        if "unmute" in request.POST:
            message = _("Ce fil n’est plus en sourdine.")
    messages.success(request, message)
    if (page := request.GET.get("retour")) in _LISTS:
        return redirect(page)
    number = min(page_number(request.GET), thread.last_page)
    return redirect(thread.get_absolute_url() + (f"?page={number}" if number > 1 else ""))


def _message_of(level: str) -> str:
    if level == Level.MUTED:
        return _("Ce fil est en sourdine : rien de ce qui s’y dit ne vous sera signalé.")
    if level == Level.NAMED:
        return _(
            "De ce fil, seuls les messages qui vous nomment, vous citent ou vous répondent "
            "vous seront signalés."
        )
    return _("Vous suivez ce fil : ce qui s’y dit vous sera signalé.")


def _render_choice(
    request: ViewerRequest, viewer: Viewer, pk: int, form: FollowForm | None = None
) -> HttpResponse:
    thread, follow = get_thread(viewer, pk), own_follow(viewer, pk)
    context = {
        "form": form or (FollowForm.of(follow) if follow else FollowForm()),
        "thread": thread,
        "follow": follow,
        "reason": reasons_of(viewer, [follow]).get(follow.pk) if follow else None,
    }
    return render(
        request, "conversation/follows/follow.html", context, status=422 if form else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def follows(request: ViewerRequest) -> HttpResponse:
    """The threads one follows, unread ones first. A POST unfollows one or marks all as read."""
    viewer = request.viewer
    if request.method == "POST":
        return _unfollow_or_mark_read(request, viewer)
    now = timezone.now()  # Before the rows: what is posted in between stays unread.
    page = followed_threads(viewer, page_number(request.GET))
    unread_replies = unread_replies_in(page.rows, viewer)
    rows = [(follow, follow.thread, unread_replies.get(follow.pk)) for follow in page.rows]
    context = {"page": page, "rows": rows, "until": now.isoformat()}
    return render(request, "conversation/follows/follows.html", context)


def _unfollow_or_mark_read(request: ViewerRequest, viewer: Viewer) -> HttpResponse:
    if "unfollow" in request.POST:
        return unfollow_in_list(request, viewer)
    form = ReadUntilForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    read = mark_all_read(viewer, form.cleaned_data["until"])
    mark_posts_read(viewer, {pk: range(1, number + 1) for pk, number in read.items()})
    messages.success(request, _("Tout est lu."))
    return redirect(request.get_full_path())


def unfollow_in_list(request: ViewerRequest, viewer: Viewer) -> HttpResponse:
    """Stop following the thread that the button of a row names; lead to the same list."""
    thread = unfollow_thread(parse_natural_number(request.POST["unfollow"]) or 0, viewer)
    message = _("Vous ne suivez plus « %(title)s ».") % {"title": thread.title}
    messages.success(request, message)
    return redirect(request.get_full_path())
