"""What is one's own: to read again and to take along, whatever became of one's rights."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.base.data_export import privacy_notices
from accounts.base.pagination import NumberedPage, page_number
from accounts.base.rate_limits import RateLimit
from accounts.base.streaming import streamed_answer
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.conversation.threads.own_posts import own_posts_newest_first, with_visible_titles
from forum.members.data_export.archive import archive, data_as_json

#: Each reads all that there is about a person, and their files.
_ARCHIVES = RateLimit("data-archive", "10/h/user", counts_reading=True)
_EXPORTS = RateLimit("data-export", "20/h/user", counts_reading=True)


@require_safe
@login_required
def own_posts(request: ViewerRequest) -> HttpResponse:
    """One's own posts, the newest first. Titles of unreadable threads stay hidden."""
    viewer = request.viewer
    page = NumberedPage(own_posts_newest_first(viewer), page_number(request.GET))
    context = {"page": page, "rows": with_visible_titles(viewer, page.rows)}
    return render(request, "members/data_export/own_posts.html", context)


@require_safe
@login_required
def own_data(request: PersonRequest) -> HttpResponseBase:
    """All that the database holds about oneself, in one file; without secrets."""
    if refusal := _EXPORTS.refusal(request):
        messages.error(request, refusal)
        return redirect("own-posts")
    pieces = data_as_json(request.user, request.viewer)
    encoded = (piece.encode() for piece in pieces)
    return streamed_answer(request, encoded, "application/json", "foirail.json")


@require_safe
@login_required
def own_archive(request: PersonRequest) -> HttpResponseBase:
    """The same as a page that one reads, as JSON, and with one's files; in one ZIP file."""
    if refusal := _ARCHIVES.refusal(request):
        messages.error(request, refusal)
        return redirect("own-posts")
    pieces = archive(request.user, request.viewer)
    return streamed_answer(request, pieces, "application/zip", "foirail.zip")


@require_safe
def privacy(request: ViewerRequest) -> HttpResponse:
    """What is held about people and why, as the models say, and what they may ask."""
    keeps_author_records = bool(settings.FORUM_AUTHOR_RECORDS_KEYS)
    context = {"notices": privacy_notices(), "keeps_author_records": keeps_author_records}
    return render(request, "site/pages/privacy.html", context)
