"""The page that publishes a draft: as it will be read, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.base.resume_form import pop_saved_form
from accounts.viewers.middleware import ViewerRequest
from forum.base import markup
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.conversation.files.sent_files import files_of_sheet
from forum.conversation.threads.composer import held_message, set_form_values
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.posting_limits import refuse_stopped
from forum.conversation.threads.shown_readers import stamps
from forum.library.sheets import actions, queries, rules
from forum.library.sheets.drafts.forms import PublishSheetForm
from forum.library.sheets.figures.figure_questions import questions_about
from forum.library.sheets.sheet_text import sheet_text
from forum.library.sheets.views.writing import SHEET_CHANGES

if TYPE_CHECKING:
    from forum.library.sheets.models import ExperienceSheet


@registered_required()
def publish_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Publish a draft in the space that one chooses, with its files."""
    viewer = request.viewer
    sheet = queries.get_draft(viewer, pk)
    rules.require_manages(viewer, sheet)
    if _is_incomplete(sheet):
        messages.info(request, _("Il reste des questions avant de publier."))
        return redirect("edit-draft", pk)
    if request.method != "POST":
        initial: dict[str, Any] = {"space": sheet.space.slug if sheet.space else "reseau"}
        initial["version"] = sheet.version
        form = PublishSheetForm(
            initial=initial | (pop_saved_form(request) or {}), viewer=viewer
        )
        form.sent_files = files_of_sheet(viewer, sheet.pk)
        return _render(request, sheet, form)
    form = PublishSheetForm(request.POST, viewer=viewer)
    form.take_files(request, viewer, sheet_id=sheet.pk)
    if not form.is_valid():
        return _render(request, sheet, form, form.refusal_status)
    if refusal := SHEET_CHANGES.refusal(request):
        form.add_error(None, refusal)
        return _render(request, sheet, form, 429)
    data = form.cleaned_data
    try:
        refuse_stopped(viewer, is_thread=True)
        thread = actions.publish_sheet(
            sheet, viewer.with_seat(data["seat"]), data["space"],
            version=data["version"], shown_readers=data["shown_readers"],
            files=form.sent_files.attachments if form.sent_files else (),
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        sheet = queries.get_draft(viewer, pk)  # Somebody may have saved it since.
        set_form_values(form, shown_readers=_stamps(form), version=sheet.version)
        return _render(request, sheet, form, refused.status)
    if thread.removed_at:
        messages.info(request, held_message())
        return redirect("held-post", thread.posts.get(number=1).pk)
    messages.success(request, _("La fiche est publiée."))
    return redirect("sheet-short", thread.pk)


def _is_incomplete(sheet: ExperienceSheet) -> bool:
    topic = sheet.topic.slug if sheet.topic else ""
    questions = questions_about(queries.typed_figures(sheet), topic)
    return bool(queries.missing_parts(sheet) or questions)


def _stamps(form: PublishSheetForm) -> str:
    return stamps(readership_of(space) for space in form.fields["space"].queryset)  # type: ignore[attr-defined]


def _render(
    request: ViewerRequest, sheet: ExperienceSheet, form: PublishSheetForm, status: int = 200
) -> HttpResponse:
    origin = sheet.origin.space if sheet.origin else None
    is_shared = queries.is_shared(sheet)
    spaces = [
        (space, readership_of(space))
        for space in form.fields["space"].queryset  # type: ignore[attr-defined]
        if rules.may_publish_in(space, origin, is_shared=is_shared)
    ]
    form.initial["shown_readers"] = _stamps(form)  # For a form that was not sent.
    context = {
        "sheet": sheet,
        "form": form,
        "space_readerships": spaces,
        "html": markup.render(sheet_text(sheet, sheet.figures.all())),
        "is_shared": is_shared,
        "review_state": queries.review_state(sheet),
    }
    return render(request, "library/sheets/publish_sheet.html", context, status=status)
