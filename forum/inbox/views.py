"""The inbox: what concerns oneself, the newest first."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import viewers
from accounts.people.actions import mark_inbox_read
from forum.inbox.news import news_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inbox(request):
    """What happened that concerns one; a POST says that all of it is read."""
    if request.method == "POST":
        mark_inbox_read(request.user)
        return redirect("inbox")
    news = news_of(request.user, viewers.of_request(request))
    seen = request.user.inbox_read_at
    rows = [(one, one.at > seen) for one in news]
    context = {"rows": rows, "fresh": any(is_new for _one, is_new in rows)}
    return render(request, "forum/inbox.html", context)
