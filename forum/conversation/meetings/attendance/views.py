"""The attendance sheet of a meeting, to print and to tick, and one's certificate."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import require
from forum.conversation.meetings.attendance import actions, queries, rules
from forum.conversation.meetings.attendance.forms import AttendanceForm
from forum.conversation.meetings.queries import MAX_NAMES, get_meeting
from forum.conversation.threads.login_redirects import registered_required

_SHEETS = RateLimit("note_attendance", "60/h/user")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def attendance_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Who has a place, to print and sign; once it has begun, who came, to tick."""
    viewer = request.viewer
    meeting = get_meeting(viewer, pk)
    thread = meeting.thread
    reason = rules.no_sheet_reason(viewer, thread)
    require(rules.may_read_sheet(viewer, thread, meeting), reason)
    rows = list(queries.placed_registrations(viewer, meeting)[:MAX_NAMES])
    initial = {"present": [it.pk for it in rows if it.attended_at]}
    form = AttendanceForm(posted(request), registrations=rows, initial=initial)

    def act(present: list[int]) -> str:
        actions.note_attendance(meeting, viewer, [it.pk for it in rows], present)
        messages.success(request, _("Les présences sont notées."))
        return reverse("attendance-sheet", args=[pk])

    ticked = {str(it) for it in form["present"].value() or ()}
    lines = [
        queries.attendance_row(meeting, row, is_present=str(row.pk) in ticked) for row in rows
    ]
    context = {"meeting": meeting, "thread": thread, "lines": lines}
    context["may_note"] = rules.may_note_attendance(viewer, thread, meeting)
    page = form_page(request, "conversation/meetings/attendance_sheet.html", context)
    return answer_form(request, form, act, page, limit=_SHEETS)


@require_safe
@registered_required()
def attendance_certificate(request: ViewerRequest, pk: int) -> HttpResponse:
    """The certificate that one came, as a PDF."""
    from forum.conversation.meetings.attendance.certificate import render_certificate

    meeting = get_meeting(request.viewer, pk)
    own = queries.own_attendance(request.viewer, meeting)
    if own is None:
        raise Http404
    answer = HttpResponse(render_certificate(meeting, own), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{_("attestation.pdf")}"'
    return answer
