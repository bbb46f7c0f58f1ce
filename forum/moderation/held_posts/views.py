"""The pages of posts that wait: all of them, for animators; one, for its author too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.pagination import page_number
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.base import rules, visibility
from forum.base.rules import require_moderator
from forum.conversation.threads.composer import get_post_or_404
from forum.moderation.forms import MeasureForm
from forum.moderation.held_posts import actions, queries
from forum.moderation.held_posts.forms import HoldingSpacesForm

if TYPE_CHECKING:
    from forum.base.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("held-posts")
def held_posts(request: ViewerRequest) -> HttpResponse:
    """The posts that wait, the oldest first; a POST says in which spaces first posts do."""
    viewer = request.viewer
    spaces = queries.spaces_that_may_hold(viewer)
    holding = [space.slug for space in spaces if space.holds_first_posts]
    form = HoldingSpacesForm(posted(request), initial={"spaces": holding}, spaces=spaces)

    def act(spaces: Iterable[Space]) -> str:
        actions.set_holding_spaces(viewer, {space.slug for space in spaces})
        messages.success(request, _("Vos changements sont enregistrés."))
        return "held-posts"

    page = queries.waiting_posts_page(viewer, page_number(request.GET))
    context = {"page": page, "held_number": settings.FORUM_FIRST_POSTS_HELD}
    render_page = form_page(request, "moderation/held_posts/held_posts.html", context)
    return answer_form(request, form, act, render_page)


@require_http_methods(["GET", "HEAD", "POST"])
def held_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """A post that waits: for its author, and animators, whose POST refuses it."""
    viewer = request.viewer
    post = get_post_or_404(request, pk, visibility.held_posts)
    if request.method == "POST":
        require_moderator(viewer)

    def act(**values: Any) -> str:
        actions.refuse_post(post, viewer, **values)
        messages.success(request, _("Le message ne paraît pas. Son auteur en est averti."))
        return "held-posts"

    is_own = rules.is_author(viewer, post)
    may_decide = rules.may_moderate(viewer) and not is_own
    context = {"post": post, "may_decide": may_decide, "is_own": is_own}
    page = form_page(request, "moderation/held_posts/held_post.html", context)
    return answer_form(request, MeasureForm(posted(request)), act, page)


@require_POST
def approve_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Publish a post that waits."""
    viewer = request.viewer
    post = get_post_or_404(request, pk, visibility.held_posts)
    actions.approve_post(post, viewer)
    messages.success(request, _("Le message est publié. Son auteur en est averti."))
    return redirect("held-posts")


@require_POST
def withdraw_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Delete one's own post that waits."""
    viewer = request.viewer
    post = get_post_or_404(request, pk, visibility.held_posts)
    thread = actions.withdraw_post(post, viewer)
    messages.success(request, _("Votre message est supprimé."))
    return redirect("home") if thread.removed_at else redirect(post.page_url())
