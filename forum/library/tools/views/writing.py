"""The pages that offer a tool, say what it is, publish a version of it, and take it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.resume_form import pop_saved_form
from accounts.territories.forms import initial_territory
from accounts.territories.queries import meant_territory
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.readership import readership_of
from forum.base.rules import Refused, is_author
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.threads.composer import (
    held_message,
    posted_before_message,
    set_form_values,
    with_idempotency_key,
)
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.queries import PostedOtherwise
from forum.library.tools import actions, queries
from forum.library.tools.forms import (
    NewVersionForm,
    ToolForm,
    WithdrawToolForm,
    initial_of,
)
from forum.library.tools.rules import require_may_edit, require_may_offer, require_may_publish

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread
    from forum.library.tools.models import ToolVersion


_CHANGES = MemberRateLimit(
    "change_tool",
    "60/10m/user,300/d/user,300/10m/key",
    waiting="15/10m/user,60/d/user,40/10m/key",
)


@registered_required()
def offer_tool(request: ViewerRequest, file_id: UUID) -> HttpResponse:
    """The form by which an author has a document of their post be a tool."""
    viewer = request.viewer
    file = _file_or_404(viewer, file_id)
    assert (post := file.post) is not None
    thread = post.thread
    require_may_offer(viewer, file, post, thread)
    if file.tool_id:
        return redirect("tool-short", file.tool_id)
    form = ToolForm(posted(request), initial=_proposed(viewer, file, thread))

    def act(**_facts: Any) -> HttpResponse:
        version = actions.offer_tool(file, viewer, form.facts)
        messages.success(request, _("Ce document est dans la boîte à outils."))
        return redirect("tool-short", version.file.tool_id)

    context = {"file": file, "post": post, "thread": thread}
    page = form_page(request, "library/tools/offer_tool.html", context)
    return answer_form(request, form, act, page, limit=_CHANGES)


@registered_required()
def edit_tool(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a tool's description."""
    viewer = request.viewer
    version = queries.get_tool(viewer, pk)
    post, thread = version.post, version.post.thread
    require_may_edit(viewer, post, thread)
    form = ToolForm(posted(request), initial=initial_of(version))

    def act(**_facts: Any) -> HttpResponse:
        actions.edit_tool(version, viewer, form.facts)
        messages.success(request, _("Vos changements sont enregistrés."))
        return redirect("tool-short", pk)

    page = form_page(request, "library/tools/edit_tool.html", {"tool": version})
    return answer_form(request, form, act, page, limit=_CHANGES)


@registered_required()
def publish_version(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a tool's next version, which is a reply in its thread."""
    viewer = request.viewer
    version = queries.get_tool(viewer, pk)
    thread = version.post.thread
    if request.method != "POST":
        require_may_publish(viewer, version.post, thread)
        typed = pop_saved_form(request) or initial_of(version) | {"label": ""}
        typed = {"shown_readers": readership_of(thread.space).stamp} | typed
        form = NewVersionForm(initial=with_idempotency_key(typed), viewer=viewer)
        return _render_version(request, version, form)
    form = NewVersionForm(request.POST, request.FILES, viewer=viewer)
    form.take_files(request, viewer)
    if (status := _refusal_status(request, form)) is not None:
        return _render_version(request, version, form, max(status, form.refusal_status))
    data = form.cleaned_data
    assert form.sent_files is not None
    try:
        reply = actions.publish_version(
            version, viewer.with_seat(data["seat"]), form.facts, text=data["text"],
            idempotency_key=data["idempotency_key"], shown_readers=data["shown_readers"],
            files=form.sent_files.attachments,
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        if isinstance(refused, PostedOtherwise):
            form.drop_posted_files()
        set_form_values(form, shown_readers=readership_of(thread.space).stamp)
        return _render_version(request, version, form, refused.status)
    form.discard_unused_files(viewer)
    if reply.was_posted_before:
        messages.info(request, posted_before_message())
    elif reply.held_at:
        messages.info(request, held_message())
    else:
        messages.success(request, _("La nouvelle version est publiée, et le fil le dit."))
    return redirect("tool-short", pk)


@registered_required()
def withdraw_tool(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take a tool out of the library, after a page that asks to confirm."""
    viewer = request.viewer
    version = queries.get_tool(viewer, pk)
    post, thread = version.post, version.post.thread
    require_may_edit(viewer, post, thread)
    is_own = is_author(viewer, post)
    form = WithdrawToolForm(posted(request), is_own=is_own)

    def act(reason: str = "") -> str:
        actions.withdraw_tool(pk, viewer, reason)
        messages.success(request, _("Cet outil n’est plus dans la boîte à outils."))
        return post.page_url()

    page = form_page(request, "library/tools/withdraw_tool.html", {"tool": version})
    return answer_form(request, form, act, page, limit=_CHANGES)


def _file_or_404(viewer: Viewer, file_id: UUID) -> StoredFile:
    files = StoredFile.objects.visible_to(viewer).filter(pk=file_id, state=FileState.READY)
    files = files.filter(visibility.posts(viewer, "post__"))
    if (
        file := files.select_related("post__thread__space", "post__thread__topic").first()
    ) is None:
        raise Http404
    return file


def _proposed(viewer: Viewer, file: StoredFile, thread: Thread) -> dict[str, Any]:
    """What the form of a new tool begins with."""
    title = file.name.rpartition(".")[0].replace("_", " ")
    proposed = {"title": title[:120], "topic": thread.topic.slug}
    return proposed | initial_territory(meant_territory(viewer.seat_id))


def _refusal_status(request: ViewerRequest, form: ToolForm) -> int | None:
    """None where ``form`` may be acted upon, else the status of its page with the reason."""
    if not form.is_valid():
        return 422
    if refusal := _CHANGES.refusal(request):
        form.add_error(None, refusal)
        return 429
    return None


def _render(
    request: ViewerRequest,
    template: str,
    context: dict[str, Any],
    form: Form,
    status: int = 200,
) -> HttpResponse:
    return render(request, template, context | {"form": form}, status=status)


def _render_version(
    request: ViewerRequest, version: ToolVersion, form: Form, status: int = 200
) -> HttpResponse:
    thread = version.post.thread
    context: dict[str, Any] = {"tool": version, "thread": thread}
    context |= {"readership": readership_of(thread.space)}
    return _render(request, "library/tools/new_version.html", context, form, status)
