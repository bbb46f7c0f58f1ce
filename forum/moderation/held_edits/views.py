"""The page of an edit that waits: for who made it, and for animators."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, posted
from accounts.viewers.middleware import ViewerRequest
from forum.base import markup, rules
from forum.base.rules import Refused, require_moderator
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.moderation.forms import MeasureForm
from forum.moderation.held_edits import actions, queries


@require_safe
def own_held_edit(request: ViewerRequest, pk: int) -> HttpResponse:
    """Lead from a post to what its viewer would have it say, or its thread be called."""
    viewer = request.viewer
    own = HeldEdit.objects.visible_to(viewer).filter(post=pk, author=viewer.person_id or 0)
    if (edit := own.order_by("-held_at").first()) is None:
        raise Http404
    return redirect(edit)


@require_http_methods(["GET", "HEAD", "POST"])
def held_edit(request: ViewerRequest, pk: int) -> HttpResponse:
    """What waits and what it would change; an animator's POST refuses it."""
    viewer = request.viewer
    edit = queries.edit_for_page(viewer, pk)
    if request.method == "POST":
        require_moderator(viewer)

    def act(**values: Any) -> str:
        actions.refuse_edit(edit, viewer, **values)
        words = _("La modification ne paraît pas. Son auteur en est averti.")
        messages.success(request, words)
        return "review-queue"

    page = partial(_render, request, edit)
    return answer_form(request, MeasureForm(posted(request)), act, page)


@require_POST
def approve_edit(request: ViewerRequest, pk: int) -> HttpResponse:
    """Publish an edit that waits."""
    viewer = request.viewer
    edit = queries.edit_for_page(viewer, pk)
    require_moderator(viewer)
    try:
        actions.approve_edit(edit, viewer)
    except Refused as refusal:
        form = MeasureForm()
        messages.error(request, str(refusal))
        return _render(request, edit, form, 403)
    messages.success(request, _("La modification est publiée. Son auteur en est averti."))
    return redirect("review-queue")


@require_POST
def withdraw_edit(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take back one's own edit that waits."""
    viewer = request.viewer
    edit = queries.edit_for_page(viewer, pk)
    actions.withdraw_edit(edit, viewer)
    messages.success(request, _("Votre modification est retirée : rien n’a changé."))
    return redirect(edit.post.page_url())


def _render(
    request: ViewerRequest, edit: HeldEdit, form: MeasureForm, status: int
) -> HttpResponse:
    viewer = request.viewer
    is_own = edit.author_id == viewer.person_id
    others = HeldEdit.objects.visible_to(viewer).filter(post=edit.post_id)
    context = {
        "edit": edit,
        "form": form,
        "is_own": is_own,
        "may_decide": rules.may_moderate(viewer) and not is_own,
        "html": "" if edit.part == EditedPart.TITLE else markup.render(edit.text),
        "changes": queries.changes_of(edit, viewer),
        "others": others.exclude(pk=edit.pk),
    }
    return render(request, "moderation/held_edits/held_edit.html", context, status=status)
