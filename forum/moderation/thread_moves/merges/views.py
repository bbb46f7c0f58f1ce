"""The pages that merge a thread into another: choosing it, then what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, require, require_moderator
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.queries import get_thread
from forum.moderation.thread_moves.merges import actions
from forum.moderation.thread_moves.merges.forms import ChooseThreadForm, MergeThreadsForm
from forum.moderation.thread_moves.merges.queries import merge_preview, threads_near
from forum.moderation.thread_moves.rules import may_join

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


@require_http_methods(["GET", "HEAD", "POST"])
def merge_threads(request: ViewerRequest, pk: int) -> HttpResponse:
    """Choose by ``?into=`` the thread that this one is merged into; then confirm it."""
    viewer = request.viewer
    if request.method == "POST" and (merged := _merged_before(request, pk)):
        return redirect(merged)
    thread = get_thread(viewer, pk)
    require_moderator(viewer)
    require(rules.may_pin_or_move(viewer, thread), rules.read_only_reason(thread.space))
    if request.method == "POST":
        return _merge(request, viewer, thread)
    choice = ChooseThreadForm(request.GET if "into" in request.GET else None, **_asker(request))
    if choice.is_valid():
        into = choice.cleaned_data["into"]
        if reason := _refusal(thread, into):
            choice.add_error("into", reason)
    if not choice.is_valid():
        return _render_choice(request, viewer, thread, choice)
    return _render_form(request, thread, into, MergeThreadsForm(**_asker(request)))


def _asker(request: ViewerRequest) -> dict[str, Any]:
    """Who names a thread, and by which host they reached the site."""
    return {"viewer": request.viewer, "host": request.get_host()}


def _merge(request: ViewerRequest, viewer: Viewer, thread: Thread) -> HttpResponse:
    form = MergeThreadsForm(request.POST, **_asker(request))
    if not form.is_valid():
        into = form.cleaned_data.get("into")
        if into is None or _refusal(thread, into):
            choice = ChooseThreadForm(request.POST, **_asker(request))
            return _render_choice(request, viewer, thread, choice)
        return _render_form(request, thread, into, form, 422)
    values = dict(form.cleaned_data)
    into = values.pop("into")
    try:
        merged = actions.merge_threads(thread, into, viewer, **values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _render_form(request, thread, into, form, refusal.status)
    messages.success(request, _("Les deux fils sont réunis. L’adresse de l’ancien mène ici."))
    return redirect(merged)


def _merged_before(request: ViewerRequest, pk: int) -> Thread | None:
    """The thread that the form names, where this one was merged into it: pressed twice."""
    form = MergeThreadsForm(request.POST, **_asker(request))
    into = form.cleaned_data.get("into") if form.is_valid() else None
    return into if into and into.merged_threads.filter(pk=pk).exists() else None


def _refusal(thread: Thread, into: Thread) -> str:
    """Why ``thread`` is not merged into ``into``; empty where it may be."""
    if thread.pk == into.pk:
        return _("C’est ce fil même : choisissez-en un autre.")
    if thread.post_count > actions.MAX_POSTS:
        return actions.too_many_posts_reason()
    if not into.space.is_within(thread.space):
        return actions.more_readers_reason()
    if not may_join(thread, into):
        return actions.other_licence_reason()
    return ""


def _render_choice(
    request: ViewerRequest, viewer: Viewer, thread: Thread, choice: ChooseThreadForm
) -> HttpResponse:
    context = {
        "thread": thread,
        "form": choice,
        "near": threads_near(viewer, thread),
    }
    status = 422 if choice.is_bound else 200
    return render(request, "moderation/thread_moves/choose_thread.html", context, status=status)


def _render_form(
    request: ViewerRequest,
    thread: Thread,
    into: Thread,
    form: MergeThreadsForm,
    status: int = 200,
) -> HttpResponse:
    preview = merge_preview(request.viewer, thread, into)
    if form.is_bound:
        set_form_values(form, shown_losing=preview.losing.stamp)
    else:
        form.initial = {"into": into.pk, "shown_losing": preview.losing.stamp}
    context = {
        "thread": thread,
        "into": into,
        "form": form,
        "preview": preview,
        "readership": readership_of(into.space),
    }
    return render(request, "moderation/thread_moves/merge_threads.html", context, status=status)
