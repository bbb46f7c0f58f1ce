"""The button that follows a thread, and the page of the threads one follows."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.forms import ReadUntilForm
from accounts.base.pagination import page_number
from accounts.base.parsing import parse_natural_number
from accounts.viewers import viewers
from forum.follows.actions import follow_thread, mark_all_read, unfollow_thread
from forum.follows.queries import followed_threads, unread_replies_in
from forum.threads.login_redirects import redirect_to_sign_in


@require_POST
def follow(request, pk):
    """Follow a thread or stop (``follow`` is 1 or 0), then lead to its page ``?page=``."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("thread-short", args=[pk]))
    if request.POST.get("follow") == "1":
        thread = follow_thread(pk, viewer)
        messages.success(request, _("Vous suivez ce fil : ce qui s’y dit vous sera signalé."))
    else:
        thread = unfollow_thread(pk, viewer)
        messages.success(request, _("Vous ne suivez plus ce fil."))
    number = min(page_number(request.GET), thread.last_page)
    return redirect(thread.get_absolute_url() + (f"?page={number}" if number > 1 else ""))


@require_http_methods(["GET", "HEAD", "POST"])
def follows(request):
    """The threads one follows, unread ones first. A POST unfollows one or marks all as read."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    if request.method == "POST":
        return _unfollow_or_mark_read(request, viewer)
    now = timezone.now()  # Before the rows: what is posted in between stays unread.
    page = followed_threads(viewer, page_number(request.GET))
    unread_replies = unread_replies_in(page.rows, viewer)
    rows = [(follow, follow.thread, unread_replies.get(follow.pk)) for follow in page.rows]
    context = {"page": page, "rows": rows, "until": now.isoformat()}
    return render(request, "follows/follows.html", context)


def _unfollow_or_mark_read(request, viewer):
    if "unfollow" in request.POST:
        return unfollow_in_list(request, viewer)
    form = ReadUntilForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    mark_all_read(viewer, form.cleaned_data["until"])
    messages.success(request, _("Tout est lu."))
    return redirect(request.get_full_path())


def unfollow_in_list(request, viewer):
    """Stop following the thread that the button of a row names; lead to the same list."""
    thread = unfollow_thread(parse_natural_number(request.POST["unfollow"]), viewer)
    message = _("Vous ne suivez plus « %(title)s ».") % {"title": thread.title}
    messages.success(request, message)
    return redirect(request.get_full_path())
