"""The pages that give posts a thread of their own: choosing them, then the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.pagination import elided_page_numbers, page_number
from accounts.base.resume_form import pop_saved_form
from accounts.base.translations import translated
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, refusal_reason, require
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.queries import get_thread
from forum.moderation.thread_moves.splits import actions
from forum.moderation.thread_moves.splits.forms import ChoosePostsForm, SplitThreadForm
from forum.moderation.thread_moves.splits.queries import choosable_posts, chosen_posts
from forum.moderation.thread_moves.splits.rules import may_split

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


#: Each is told to all who have the page open, and makes a thread: as ``THREAD_LIMITS``.
_SPLITS = MemberRateLimit(
    "split_thread",
    "10/10m/user,40/d/user,150/d/key",
    waiting="3/10m/user,8/d/user,20/d/key",
)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def split_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """Choose posts of a thread by ``?n=`` and ``?numbers=``; then say what their thread is."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if request.method == "POST":
        return _split(request, viewer, thread)
    if saved := pop_saved_form(request):
        form = SplitThreadForm(initial=saved, viewer=viewer)
        return _render_form(request, viewer, thread, form)
    choice = ChoosePostsForm(request.GET if request.GET.keys() & {"n", "numbers"} else None)
    if not choice.is_valid():
        return _render_choice(request, viewer, thread, choice)
    form = SplitThreadForm(viewer=viewer)
    names = (translated(tagging, "name") for tagging in thread.taggings.all())
    form.initial = {
        "numbers": choice.cleaned_data["numbers"],
        "topic": thread.topic.slug,
        "kind": "question",
        "tags": ", ".join(names),
        "shown_readers": readership_of(thread.space).stamp,
    }
    return _render_form(request, viewer, thread, form)


def _split(request: ViewerRequest, viewer: Viewer, thread: Thread) -> HttpResponse:
    form = SplitThreadForm(request.POST, viewer=viewer)
    if not form.is_valid():
        return _render_form(request, viewer, thread, form, 422)
    if too_often := _SPLITS.refusal(request):
        form.add_error(None, too_often)
        return _render_form(request, viewer, thread, form, 429)
    try:
        new = actions.split_thread(thread, viewer, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        set_form_values(form, shown_readers=readership_of(thread.space).stamp)
        return _render_form(request, viewer, thread, form, refusal.status)
    words = _("Voici le nouveau fil. L’ancien dit où ses messages sont allés.")
    messages.success(request, words)
    return redirect(new)


def _render_choice(
    request: ViewerRequest, viewer: Viewer, thread: Thread, choice: ChoosePostsForm
) -> HttpResponse:
    rules.require_moderator(viewer)
    require(rules.may_pin_or_move(viewer, thread), rules.read_only_reason(thread.space))
    number = min(page_number(request.GET), thread.last_page)
    context = {
        "thread": thread,
        "form": choice,
        "posts": choosable_posts(viewer, thread, number),
        "number": number,
        "numbers": elided_page_numbers(number, thread.last_page),
    }
    status = 422 if choice.is_bound else 200
    return render(request, "moderation/thread_moves/choose_posts.html", context, status=status)


def _render_form(
    request: ViewerRequest,
    viewer: Viewer,
    thread: Thread,
    form: SplitThreadForm,
    status: int = 200,
) -> HttpResponse:
    """The form of the new thread, with what becomes of the posts, and who reads them."""
    bound = form.cleaned_data.get("numbers") if form.is_bound else form.initial.get("numbers")
    posts = chosen_posts(viewer, thread, bound or [])
    reason = _("Vous ne pouvez pas mettre ces messages dans un fil à part.")
    if not posts and not rules.may_moderate(viewer):
        raise Http404
    require(may_split(viewer, thread, posts), refusal_reason(viewer, thread, reason))
    context = {
        "thread": thread,
        "form": form,
        "posts": posts,
        "authors": list(dict.fromkeys(post.author for post in posts)),
        "takes_answer": thread.accepted_id in {post.pk for post in posts},
        "may_moderate": rules.may_moderate(viewer),
        "readership": readership_of(thread.space),
    }
    return render(request, "moderation/thread_moves/split_thread.html", context, status=status)
