"""Following a thread, and the page of those one follows."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import viewers
from accounts.natural import natural
from forum.following import actions
from forum.following.forms import ReadForm
from forum.following.listing import followed_by, news_in
from forum.follows.actions import mark_all_read
from forum.pages import Numbered, page_number
from forum.threads.gates import to_sign_in


@require_POST
def follow(request, pk):
    """Follow a thread, or stop: ``suivre`` is 1 or 0; back to page ``?page=`` of it."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:
        return to_sign_in(request, reverse("thread-short", args=[pk]))
    if request.POST.get("suivre") == "1":
        thread = actions.follow_thread(pk, viewer)
        messages.success(request, _("Vous suivez ce fil : ce qui s’y dit vous sera signalé."))
    else:
        thread = actions.stop_following(pk, viewer)
        messages.success(request, _("Vous ne suivez plus ce fil."))
    number = min(page_number(request.GET), thread.last_page)
    return redirect(thread.get_absolute_url() + (f"?page={number}" if number > 1 else ""))


@require_http_methods(["GET", "HEAD", "POST"])
def follows(request):
    """The threads one follows, those with news first. A POST stops one, or reads them all."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:
        return to_sign_in(request)
    if request.method == "POST":
        return _change(request, viewer)
    now = timezone.now()  # Before the rows: what comes in between is news.
    page = Numbered(followed_by(viewer), page_number(request.GET))
    news = news_in(page.rows, viewer)
    rows = [(follow, follow.thread, news.get(follow.pk)) for follow in page.rows]
    context = {"page": page, "rows": rows, "until": now.isoformat()}
    return render(request, "forum/follows.html", context)


def _change(request, viewer):
    if "arreter" in request.POST:
        thread = actions.stop_following(natural(request.POST["arreter"]), viewer)
        words = _("Vous ne suivez plus « %(title)s ».") % {"title": thread.title}
    else:
        form = ReadForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        mark_all_read(viewer, form.cleaned_data["until"])
        words = _("Tout est lu.")
    messages.success(request, words)
    return redirect(request.get_full_path())
