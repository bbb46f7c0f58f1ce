"""The page that edits the summary of a thread."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.resume_form import pop_saved_form
from accounts.charter.diff import diff_paragraphs
from accounts.viewers.rate_limits import MemberRateLimit
from forum.base import markup, rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, refusal_reason
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.held_edits.models import EditedPart
from forum.conversation.threads.held_edits.queries import held_edit_message, own_held_edit
from forum.conversation.threads.login_redirects import registered_required
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
def edit_summary(request, pk):
    """The form of a thread's summary, for who keeps it."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not rules.may_edit_thread(viewer, thread):
        why = _("Le résumé est tenu par qui a ouvert le fil et par l’équipe d’animation.")
        raise Refused(refusal_reason(viewer, thread, why))
    if request.method != "POST":
        edited = edited_summary(viewer, thread)
        initial = {"text": edited.text, "version": edited.version}
        if held := own_held_edit(viewer, thread, EditedPart.SUMMARY):
            initial |= {"text": held.text, "reason": held.reason}
        initial["shown_readers"] = readership_of(thread.space).stamp
        form = SummaryForm(initial=pop_saved_form(request) or initial)
        return _render(request, thread, form, compared={"held": held})
    form = SummaryForm(request.POST)
    if not form.is_valid():
        return _render(request, thread, form, 422)
    if refusal := _SUMMARIES.refusal(request):
        form.add_error("text", refusal)
        return _render(request, thread, form, 429)
    try:
        thread = write_summary(thread, viewer, **form.cleaned_data)
    except SummaryConflict as conflict:
        return _render_conflict(request, thread, form, conflict)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        set_form_values(form, shown_readers=readership_of(thread.space).stamp)
        return _render(request, thread, form, 403)
    if held := own_held_edit(viewer, thread, EditedPart.SUMMARY):
        messages.info(request, held_edit_message(held))
    else:
        messages.success(request, _("Le résumé est enregistré."))
    return redirect(thread)


def _render(request, thread, form, status=200, compared=None):
    context = {"thread": thread, "form": form, "readership": readership_of(thread.space)}
    context |= compared or {}
    return render(request, "conversation/summaries/edit_summary.html", context, status=status)


def _render_conflict(request, thread, form, conflict):
    """Show the summary of today beside what was typed, and what differs."""
    typed, current = form.cleaned_data["text"], conflict.current
    set_form_values(form, version=current.version)
    form.add_error("text", str(conflict))
    compared = {
        "current_html": current.html,
        "html": markup.render(typed),
        "changes": diff_paragraphs(current.text, typed),
    }
    return _render(request, thread, form, 409, {"is_conflict": True} | compared)
