"""The buttons that keep a post and keep it no more, and the pages of what one keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.pagination import page_number
from accounts.base.parsing import parse_natural_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.bookmarks import actions, queries
from forum.conversation.bookmarks.forms import BookmarkForm
from forum.conversation.threads.composer import get_post_or_404
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required

if TYPE_CHECKING:
    from forum.models import Post


_BOOKMARKS = RateLimit("bookmark_post", "30/m/user,600/d/user")
_EDITS = RateLimit("edit_bookmark", "30/m/user,600/d/user")


@require_POST
def bookmark_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Bookmark a post."""
    return _change(request, pk, _keep)


@require_POST
def remove_bookmark(request: ViewerRequest, pk: int) -> HttpResponse:
    """Remove the bookmark of a post; one with a note or a reminder, on its own page only."""
    filled = queries.own_filled_bookmark(request.viewer, pk)
    if filled is not None:
        messages.info(request, _("Sa note et son rappel s’effaceraient avec lui."))
        return redirect("edit-bookmark", filled.pk)
    return _change(request, pk, lambda request, post: _remove(request, post.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def bookmarks(request: ViewerRequest) -> HttpResponse:
    """One's bookmarks, the newest first. A POST removes that of the post ``remove``, an id.

    With ``?message=``, the id of a post, the note of that one, if it is among them.
    """
    viewer = request.viewer
    if request.method == "POST":
        _remove(request, parse_natural_number(request.POST.get("remove", "")) or 0)
        return redirect(request.get_full_path())
    post_id = parse_natural_number(request.GET.get("message", ""))
    if post_id and (bookmark := queries.own_bookmark_of(viewer, post_id)):
        return redirect("edit-bookmark", bookmark.pk)
    page = queries.own_bookmarks(viewer, page_number(request.GET))
    context = {"page": page, "rows": queries.with_posts(viewer, page.rows)}
    return render(request, "conversation/bookmarks/bookmarks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def edit_bookmark(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of the note and the reminder of one of one's bookmarks."""
    viewer = request.viewer
    shown = queries.own_bookmark(viewer, pk)
    initial = {"note": shown.bookmark.note, "remind_on": shown.bookmark.coming_reminder}
    form = BookmarkForm(posted(request), initial=initial)

    def act(note: str, remind_on: date | None) -> str:
        actions.edit_bookmark(pk, viewer, note, remind_on)
        messages.success(request, _("C’est enregistré."))
        return "bookmarks"

    page = form_page(request, "conversation/bookmarks/edit_bookmark.html", {"shown": shown})
    return answer_form(request, form, act, page, limit=_EDITS, error_field="note")


def _change(
    request: ViewerRequest, pk: int, act: Callable[[ViewerRequest, Post], None]
) -> HttpResponse:
    if not request.viewer.is_registered:
        return redirect_to_sign_in(request, reverse("post", args=[pk]))
    post = get_post_or_404(request, pk)
    act(request, post)
    return redirect(post.page_url())


def _keep(request: ViewerRequest, post: Post) -> None:
    if refusal := _BOOKMARKS.refusal(request):
        messages.error(request, refusal)
        return
    try:
        actions.bookmark_post(post, request.viewer)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = _("Ce message est dans « Ce que je garde ». Personne d’autre ne le sait.")
        messages.success(request, words)


def _remove(request: ViewerRequest, post_id: int) -> None:
    if refusal := _BOOKMARKS.refusal(request):
        messages.error(request, refusal)
    else:
        actions.remove_bookmark(post_id, request.viewer)
        messages.success(request, _("Vous ne gardez plus ce message."))
