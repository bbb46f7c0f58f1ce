"""The inbox: what concerns oneself, the newest first."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import viewers
from accounts.people.actions import mark_inbox_read
from forum.inbox.news import news_of


class ReadForm(forms.Form):
    """Up to which moment the inbox was shown."""

    until = forms.DateTimeField()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inbox(request):
    """What happened that concerns one; a POST says that what the page showed is read."""
    if request.method == "POST":
        form = ReadForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        mark_inbox_read(request.user, form.cleaned_data["until"])
        return redirect("inbox")
    now = timezone.now()  # Before the rows: what comes in between is news.
    news = news_of(request.user, viewers.of_request(request))
    seen = request.user.inbox_read_at
    rows = [(one, one.at > seen) for one in news]
    fresh = any(is_new for _one, is_new in rows)
    context = {"rows": rows, "fresh": fresh, "until": now.isoformat()}
    return render(request, "forum/inbox.html", context)
