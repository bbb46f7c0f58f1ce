"""The page that edits the summary of a thread."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.form_views import answer_form, posted
from accounts.charter.diff import bounded_changes
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base import markup, rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, refusal_reason
from forum.conversation.threads.composer import renewing_readers, set_form_values
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.conversation.threads.held_edits.queries import held_edit_message, own_held_edit
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.summaries.forms import SummaryForm
from forum.conversation.threads.summaries.queries import SummaryConflict, edited_summary

#: Each is sent to all who have the page open.
_SUMMARIES = MemberRateLimit(
    "summary",
    "30/10m/user,200/d/user,150/10m/key",
    waiting="10/10m/user,30/d/user,20/10m/key",
)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def edit_summary(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a thread's summary, for who keeps it."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not rules.may_edit_thread(viewer, thread):
        why = _("Le résumé est tenu par qui a ouvert le fil et par l’équipe d’animation.")
        raise Refused(refusal_reason(viewer, thread, why))
    held = own_held_edit(viewer, thread, EditedPart.SUMMARY)
    form = SummaryForm(posted(request), initial=_initial(viewer, thread, held))

    def act(**written: Any) -> HttpResponse | Thread:
        try:
            with renewing_readers(form, thread.space):
                changed = write_summary(thread, viewer, **written)
        except SummaryConflict as conflict:
            return _render_conflict(request, thread, form, conflict)
        if waiting := own_held_edit(viewer, thread, EditedPart.SUMMARY):
            messages.info(request, held_edit_message(waiting))
        else:
            messages.success(request, _("Le résumé est enregistré."))
        return changed

    def page(form: SummaryForm, status: int) -> HttpResponse:
        return _render(request, thread, form, status, None if form.is_bound else {"held": held})

    return answer_form(request, form, act, page, limit=_SUMMARIES, error_field="text")


def _initial(viewer: Viewer, thread: Thread, held: HeldEdit | None) -> dict[str, Any]:
    edited = edited_summary(viewer, thread)
    initial: dict[str, Any] = {"text": edited.text, "version": edited.version}
    if held:
        initial |= {"text": held.text, "reason": held.reason}
    return initial | {"shown_readers": readership_of(thread.space).stamp}


def _render(
    request: ViewerRequest,
    thread: Thread,
    form: SummaryForm,
    status: int,
    compared: dict[str, Any] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "thread": thread,
        "form": form,
        "readership": readership_of(thread.space),
    }
    context |= compared or {}
    return render(request, "conversation/summaries/edit_summary.html", context, status=status)


def _render_conflict(
    request: ViewerRequest, thread: Thread, form: SummaryForm, conflict: SummaryConflict
) -> HttpResponse:
    """Show the summary of today beside what was typed, and what differs."""
    typed, current = form.cleaned_data["text"], conflict.current
    set_form_values(form, version=current.version)
    form.add_error("text", str(conflict))
    compared = {
        "current_html": current.html,
        "html": markup.render(typed),
        "changes": bounded_changes(current.text, typed)[0],
    }
    return _render(request, thread, form, 409, {"is_conflict": True} | compared)
