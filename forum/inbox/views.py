"""The inbox: what concerns oneself, the newest first."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.base.forms import ReadUntilForm
from accounts.users.actions import mark_inbox_read
from accounts.viewers import viewers
from forum.inbox.queries import notifications_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inbox(request):
    """What happened that concerns one; a POST says that what the page showed is read."""
    if request.method == "POST":
        form = ReadUntilForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        mark_inbox_read(request.user, form.cleaned_data["until"])
        return redirect("inbox")
    now = timezone.now()  # Before the rows: what comes in between is news.
    news = notifications_of(request.user, viewers.get_viewer(request))
    seen = request.user.inbox_read_at
    rows = [(one, one.at > seen) for one in news]
    has_unread = any(is_new for _one, is_new in rows)
    context = {"rows": rows, "has_unread": has_unread, "until": now.isoformat()}
    return render(request, "inbox/inbox.html", context)
