"""The pages that edit threads and posts, and delete posts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.parsing import parse_uuid
from accounts.base.redirects import safe_next_url
from accounts.base.resume_form import pop_saved_form
from accounts.base.translations import translated
from accounts.charter.diff import bounded_changes
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base import markup, rules, visibility
from forum.base.readership import readership_of
from forum.base.rules import Refused, is_author, refusal_reason
from forum.conversation.drafts.actions import delete_draft
from forum.conversation.drafts.queries import draft_fields
from forum.conversation.files.sent_files import files_of
from forum.conversation.threads.composer import (
    get_post_or_404,
    set_form_values,
    with_idempotency_key,
)
from forum.conversation.threads.edits import actions as edits
from forum.conversation.threads.edits.forms import EditPostForm, EditThreadForm
from forum.conversation.threads.edits.queries import editable_posts
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.conversation.threads.held_edits.queries import held_edit_message, own_held_edit
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.conversation.threads.models import Post
from forum.conversation.threads.queries import EditConflict, get_thread

#: Changes of posts and threads: each is sent to all who have the page open.
_EDITS = MemberRateLimit(
    "edit",
    "60/10m/user,500/d/user,300/10m/key",
    waiting="15/10m/user,60/d/user,40/10m/key",
)


def edit_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a thread's title, topic, kind and tags; then back to ``next``, if said."""
    viewer, back = request.viewer, safe_next_url(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request, request.get_full_path() if back else None)
    thread = get_thread(viewer, pk)
    initial = {"title": thread.title, "topic": thread.topic.slug, "kind": thread.kind}
    if request.method != "POST":
        if not rules.may_edit_thread(viewer, thread):
            raise Refused(
                refusal_reason(viewer, thread, _("Vous ne pouvez pas modifier ce fil."))
            )
        names = (translated(tagging, "name") for tagging in thread.taggings.all())
        initial["tags"] = ", ".join(names)
        held = own_held_edit(viewer, thread, EditedPart.TITLE)
        if held:
            initial |= {"title": held.text, "tags": held.tags, "reason": held.reason}
        form = EditThreadForm(initial=initial | (pop_saved_form(request) or {}), viewer=viewer)
        context = {"thread": thread, "form": form, "back": back, "held": held}
        return render(request, "conversation/threads/edit_thread.html", context)
    form = EditThreadForm(request.POST, viewer=viewer)
    status = 422
    if form.is_valid() and (refusal := _EDITS.refusal(request)):
        form.add_error(None, refusal)
        status = 429
    elif form.is_valid():
        try:
            thread = edits.edit_thread(thread, viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403
        else:
            if held := own_held_edit(viewer, thread, EditedPart.TITLE):
                messages.info(request, held_edit_message(held))
            else:
                messages.success(request, _("Vos changements sont enregistrés."))
            return redirect(back or thread)
    context = {"thread": thread, "form": form, "back": back}
    return render(request, "conversation/threads/edit_thread.html", context, status=status)


def edit_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that edits one's own post, or a wiki post; then back to ``next``, likewise."""
    viewer, back = request.viewer, safe_next_url(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request, request.get_full_path() if back else None)
    post = get_post_or_404(request, pk, editable_posts)
    if rules.is_of_sheet(post, post.thread) and request.method != "POST":
        return redirect(
            reverse("edit-sheet", args=[post.thread_id])
            + (f"?{urlencode({'next': back})}" if back else "")
        )
    if request.method != "POST":
        if not rules.may_edit_post(viewer, post, post.thread):
            return _redirect_non_editor(request, viewer, post)
        held = own_held_edit(viewer, post, EditedPart.TEXT)
        return _render_edit_post(request, post, _unbound_form(request, post, held), held=held)
    form = EditPostForm(request.POST)
    if is_author(viewer, post):
        form.take_files(request, viewer, post=post)
    if not form.is_valid():
        return _render_edit_post(request, post, form, form.refusal_status)
    if refusal := _EDITS.refusal(request):
        form.add_error("text", refusal)
        return _render_edit_post(request, post, form, status=429)
    try:
        edited = edits.edit_post(post, viewer, **form.values_with_files)
    except EditConflict as conflict:
        return _render_edit_conflict(request, form, conflict)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        set_form_values(form, shown_readers=readership_of(post.thread.space).stamp)
        return _render_edit_post(request, post, form, status=403)
    if key := parse_uuid(request.POST.get("idempotency_key", "")):
        delete_draft(viewer, key)
    if held := own_held_edit(viewer, edited, EditedPart.TEXT):
        messages.info(request, held_edit_message(held))
    return redirect(back or edited.page_url())


def _unbound_form(request: ViewerRequest, post: Post, held: HeldEdit | None) -> EditPostForm:
    """The form of ``post``: with a draft, else with what is ``held``, else as it is."""
    viewer = request.viewer
    draft = draft_fields(viewer, request.GET.get("draft", ""), post_id=post.pk)
    saved = pop_saved_form(request) or draft
    initial = {"text": post.text, "version": post.version}
    if held:
        initial |= {"text": held.text, "reason": held.reason}
    initial = with_idempotency_key(saved or initial)  # Its draft has that key.
    initial = {"shown_readers": readership_of(post.thread.space).stamp} | initial
    form = EditPostForm(initial=initial)
    if is_author(viewer, post):
        if post.files:
            form.sent_files = files_of(post, viewer)
        form.take_files_of_draft(viewer, saved)
    return form


@require_POST
@registered_required("post", "pk")
def wiki_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Make a post a wiki post, with ``is_wiki=1``, or one that its author alone edits."""
    viewer = request.viewer
    post = get_post_or_404(request, pk)
    if refusal := _EDITS.refusal(request):
        messages.error(request, refusal)
        return redirect(post.page_url())
    is_wiki = request.POST.get("is_wiki") == "1"
    edits.set_wiki(post, viewer, is_wiki)
    if is_wiki:
        messages.success(request, _("Tous ceux qui peuvent répondre modifient ce message."))
    else:
        messages.success(request, _("Seul son auteur modifie ce message."))
    return redirect(post.page_url())


@registered_required()
def delete_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Delete one's own post, after a page that asks to confirm."""
    viewer = request.viewer
    post = get_post_or_404(request, pk, visibility.deletable_posts)
    if not rules.may_delete_post(viewer, post):
        raise Refused(_("Vous ne pouvez supprimer que vos messages."))
    if request.method != "POST":
        return render(request, "conversation/threads/delete_post.html", {"post": post})
    thread = edits.delete_post(post, viewer)
    messages.success(request, _("Votre message est supprimé."))
    return redirect("home") if thread.removed_at else redirect(post.page_url())


def _redirect_non_editor(request: ViewerRequest, viewer: Viewer, post: Post) -> HttpResponse:
    """Redirect who may not edit to deleting, if it is theirs, or an animator to hiding."""
    reason = _("Vous ne pouvez plus modifier ce message.")
    if rules.may_delete_post(viewer, post):
        messages.info(request, reason)
        return redirect("delete-post", post.pk)
    if rules.may_moderate(viewer):
        return redirect("hide-post", post.pk)
    raise Refused(reason)


def _render_edit_post(
    request: ViewerRequest,
    post: Post,
    form: EditPostForm,
    status: int = 200,
    compared: dict[str, Any] | None = None,
    held: HeldEdit | None = None,
) -> HttpResponse:
    viewer = request.viewer
    context = {"post": post, "form": form, "held": held} | (compared or {})
    context |= {
        "back": safe_next_url(request),
        "readership": readership_of(post.thread.space),
        "is_own": is_author(viewer, post),
        "without_files": not is_author(viewer, post),
        "may_end_wiki": rules.may_end_wiki(viewer, post, post.thread),
        "may_moderate": rules.may_moderate(viewer),
    }
    return render(request, "conversation/threads/edit_post.html", context, status=status)


def _render_edit_conflict(
    request: ViewerRequest, form: EditPostForm, conflict: EditConflict
) -> HttpResponse:
    """Show the current text beside what was typed, and what differs.

    Both are merged by hand; sending again replaces the current one.
    """
    typed = form.cleaned_data["text"]
    set_form_values(form, version=conflict.post.version)
    form.add_error("text", str(conflict))
    compared = {
        "current_post": conflict.post,
        "html": markup.render(typed),
        "changes": bounded_changes(conflict.post.text, typed)[0],
    }
    return _render_edit_post(request, conflict.post, form, 409, compared)
