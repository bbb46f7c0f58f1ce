"""The pages that begin, edit and delete sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.redirects import safe_next_url
from accounts.base.resume_form import pop_saved_form
from accounts.base.translations import translated
from accounts.charter.diff import bounded_changes
from accounts.territories.forms import initial_territory
from accounts.territories.queries import meant_territory
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from forum.base import markup
from forum.base.readership import readership_of
from forum.base.rules import Refused, is_author
from forum.conversation.files.sent_files import files_of, files_of_sheet
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.login_redirects import (
    redirect_to_charter,
    redirect_to_sign_in,
    registered_required,
)
from forum.conversation.threads.queries import get_thread
from forum.library.sheets import actions, queries, rules
from forum.library.sheets.drafts import actions as drafts
from forum.library.sheets.drawing.queries import drawn_draft
from forum.library.sheets.forms import EditSheetForm, SheetForm, unbound_form
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.sheet_text import sheet_text

if TYPE_CHECKING:
    from forum.conversation.threads.models import Post
    from forum.library.sheets.actions import SheetConflict


#: Saves of sheets; each of a published one is sent to all who have its thread open.
SHEET_CHANGES = MemberRateLimit(
    "change_sheet",
    "60/10m/user,400/d/user,300/10m/key",
    waiting="20/10m/user,80/d/user,60/10m/key",
)


def new_sheet(request: ViewerRequest) -> HttpResponse:
    """The form of a new sheet; what is sent is a draft."""
    viewer = request.viewer
    if not viewer.is_registered:
        messages.info(
            request,
            _("Les fiches sont écrites par les membres du réseau : connectez-vous, "
              "ou créez un compte pour le rejoindre."),
        )  # fmt: skip
        return redirect_to_sign_in(request)
    if not rules.may_begin_sheet(viewer) and request.method != "POST":
        rules.require_may_begin(viewer) if viewer.silenced_until else None
        return redirect_to_charter(
            request, _("Pour écrire une fiche, signez d’abord la charte.")
        )
    if request.method != "POST":
        initial = {"topic": request.GET.get("sujet", "")}
        initial |= initial_territory(meant_territory(viewer.seat_id))
        initial |= pop_saved_form(request) or {}
        return _render_form(request, None, SheetForm(initial=initial))
    form = _sent_draft(request)
    if refusal := SHEET_CHANGES.refusal(request):
        form.add_error(None, refusal)
        return _render_form(request, None, form, 429)
    sheet = drafts.begin_sheet(viewer, form.values(), files=_draft_files(form) or ())
    return _answer_to_draft(request, sheet, form)


@require_POST
@registered_required("thread-short", "pk")
def draw_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Begin a draft that is half filled from a thread."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if refusal := SHEET_CHANGES.refusal(request):
        messages.error(request, refusal)
        return redirect(thread)
    drawn = drawn_draft(viewer, thread)
    sheet = drafts.begin_sheet(viewer, drawn.values, thread, space=thread.space)
    messages.success(request, _("Voici un brouillon, à moitié rempli depuis ce fil."))
    if drawn.territories and not sheet.territory_id:
        names = " · ".join(map(str, drawn.territories))
        messages.info(
            request,
            _("Où cela a-t-il été fait ? Donnez son territoire à la fiche : %(names)s.")
            % {"names": names},
        )
    return redirect("edit-draft", sheet.pk)


@registered_required()
def edit_draft(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a draft: saved as it is, and sent on to be published if asked."""
    viewer = request.viewer
    sheet = queries.get_draft(viewer, pk)
    rules.require_may_edit(viewer, sheet, is_written=sheet.is_written)
    if request.method != "POST":
        form = unbound_form(SheetForm, sheet, sheet.tags, **(pop_saved_form(request) or {}))
        form.ask_figures()
        form.sent_files = files_of_sheet(viewer, sheet.pk)
        return _render_form(request, sheet, form)
    form = _sent_draft(request, sheet.pk)
    if refusal := SHEET_CHANGES.refusal(request):
        form.add_error(None, refusal)
        return _render_form(request, sheet, form, 429)
    try:
        version = form.cleaned_data.get("version") or 0
        files = _draft_files(form)
        sheet = drafts.save_draft(sheet, viewer, form.values(sheet), version, files)
    except actions.SheetConflict as conflict:
        return _render_conflict(request, form, conflict)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _render_form(request, sheet, form, refused.status)
    return _answer_to_draft(request, sheet, form)


def edit_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of the sheet that heads the thread of id ``pk``; then back to ``next``."""
    viewer, back = request.viewer, safe_next_url(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request, request.get_full_path() if back else None)
    sheet = queries.get_published_sheet(viewer, pk)
    post = queries.first_post_of(viewer, sheet)
    rules.require_may_edit(viewer, sheet, is_written=sheet.is_written)
    assert sheet.thread is not None
    stamp = readership_of(sheet.thread.space).stamp
    if request.method != "POST":
        tags = ", ".join(translated(it, "name") for it in sheet.thread.taggings.all())
        initial = {"shown_readers": stamp} | (pop_saved_form(request) or {})
        form = unbound_form(EditSheetForm, sheet, tags, **initial)
        if is_author(viewer, post) and post.files:
            form.sent_files = files_of(post, viewer)
        return _render_form(request, sheet, form, post=post)
    form = EditSheetForm(request.POST)
    if is_author(viewer, post):
        form.take_files(request, viewer, post=post)
    form.is_valid()
    if form.ask(_missing_of(form, sheet)):
        return _render_form(request, sheet, form, form.refusal_status, post=post)
    if refusal := SHEET_CHANGES.refusal(request):
        form.add_error(None, refusal)
        return _render_form(request, sheet, form, 429, post=post)
    data = form.cleaned_data
    try:
        actions.save_published(
            sheet, viewer, form.values(sheet), data["version"] or 0, reason=data["reason"],
            shown_readers=data["shown_readers"],
            files=form.sent_files.attachments if form.sent_files else None,
        )  # fmt: skip
    except actions.SheetConflict as conflict:
        return _render_conflict(request, form, conflict, post=post)
    except Refused as refused:
        form.add_error(None, str(refused))
        set_form_values(form, shown_readers=stamp)
        return _render_form(request, sheet, form, refused.status, post=post)
    messages.success(request, _("Vos changements sont enregistrés."))
    return redirect(back) if back else redirect("sheet-short", pk)


@registered_required()
def delete_draft(request: ViewerRequest, pk: int) -> HttpResponse:
    """Delete a draft, after a page that asks to confirm."""
    viewer = request.viewer
    sheet = queries.get_draft(viewer, pk)
    rules.require_manages(viewer, sheet)
    if request.method != "POST":
        return render(request, "library/sheets/delete_draft.html", {"sheet": sheet})
    drafts.delete_draft(sheet, viewer)
    messages.success(request, _("Le brouillon est supprimé."))
    return redirect("sheet-drafts")


def _sent_draft(request: ViewerRequest, sheet_id: int | None = None) -> SheetForm:
    """The form of a draft that was sent, with its files; each picture is asked about later."""
    form, viewer = SheetForm(request.POST), request.viewer
    is_draft = "publish" not in request.POST
    form.take_files(request, viewer, sheet_id=sheet_id, is_draft=is_draft)
    form.is_valid()
    return form


def _draft_files(form: SheetForm) -> Any:
    """The files that a draft has from now on; None where they stay as they are."""
    sent = form.sent_files
    return sent.attachments if sent and sent.fits else None


def _answer_to_draft(
    request: ViewerRequest, sheet: ExperienceSheet, form: SheetForm
) -> HttpResponse:
    """What follows on saving a draft: its form again, or the page that publishes it."""
    set_form_values(form, version=sheet.version)
    if form.errors:
        messages.info(request, _("Le reste est enregistré."))
        return _render_form(request, sheet, form, 422)
    if "publish" not in request.POST:
        messages.success(request, _("Le brouillon est enregistré."))
        return redirect("edit-draft", sheet.pk)
    if form.ask(queries.missing_parts(sheet)):
        messages.info(request, _("Le brouillon est enregistré ; il reste à répondre à ceci."))
        return _render_form(request, sheet, form, 422)
    return redirect("publish-sheet", sheet.pk)


def _missing_of(form: SheetForm, sheet: ExperienceSheet) -> Any:
    """What a published sheet would lack with what was typed."""
    values = form.values(sheet)
    typed = ExperienceSheet(title=values.title, topic=values.topic, territory=values.territory)
    typed.work, typed.results = values.parts["work"], values.parts["results"]
    return queries.missing_parts(typed)


def _render_form(
    request: ViewerRequest,
    sheet: ExperienceSheet | None,
    form: SheetForm,
    status: int = 200,
    post: Post | None = None,
    compared: dict[str, Any] | None = None,
) -> HttpResponse:
    viewer = request.viewer
    context = {"sheet": sheet, "form": form, "post": post} | (compared or {})
    context["back"] = safe_next_url(request)
    context["is_post_author"] = post is not None and is_author(viewer, post)
    if sheet is not None and sheet.thread:
        context["readership"] = readership_of(sheet.thread.space)
    return render(request, "library/sheets/edit_sheet.html", context, status=status)


def _render_conflict(
    request: ViewerRequest, form: SheetForm, conflict: SheetConflict, post: Post | None = None
) -> HttpResponse:
    """Show the sheet of today beside what was typed, and what differs."""
    sheet, values = conflict.sheet, form.values(conflict.sheet)
    current = sheet_text(sheet, sheet.figures.all())
    typed = sheet_text(*actions.unsaved(sheet, values))
    set_form_values(form, version=sheet.version)
    form.add_error(None, str(conflict))
    compared = {
        "current_html": markup.render(current),
        "html": markup.render(typed),
        "changes": bounded_changes(current, typed)[0],
    }
    return _render_form(request, sheet, form, 409, post=post, compared=compared)
