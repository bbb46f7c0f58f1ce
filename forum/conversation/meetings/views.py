"""The page of a meeting, where one registers, and the forms that set, change and cancel it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.pagination import page_number
from accounts.base.rate_limits import RateLimit
from accounts.territories.map_places import department_of_address
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from forum.base.readership import readership_of
from forum.base.rules import require
from forum.conversation.meetings import actions, queries, rules
from forum.conversation.meetings.attendance.rules import may_read_sheet
from forum.conversation.meetings.forms import (
    MeetingForm,
    NewMeetingForm,
    RegistrationForm,
    copied_from,
    initial_of,
    proposed_in,
)
from forum.conversation.meetings.hosted_calls.actions import new_call
from forum.conversation.meetings.models import Meeting, MeetingValues, Question
from forum.conversation.threads.composer import renewing_readers
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread

#: Each is told to all who have the thread open, and to who registered.
_MEETINGS = MemberRateLimit(
    "write_meeting",
    "20/10m/user,50/d/user,100/10m/key",
    waiting="5/10m/user,10/d/user,10/10m/key",
)
_REGISTRATIONS = RateLimit("register", "20/10m/user,200/d/user")


@require_safe
def meetings(request: ViewerRequest) -> HttpResponse:
    """The meetings to come that one may read of, then those that took place; or a month's."""
    viewer, filters = request.viewer, queries.MeetingFilters.from_params(request.GET)
    context: dict[str, Any] = {"filters": filters, "this_month": timezone.localdate()}
    if filters.month:
        context["month_meetings"] = queries.month_meetings(viewer, filters)
        context["month_before"], context["month_after"] = filters.months_around
        return render(request, "conversation/meetings/month.html", context)
    page = queries.past_meetings(viewer, page_number(request.GET), filters).or_first()
    coming = queries.coming_meetings(viewer, filters) if page.number == 1 else []
    context["places"] = queries.marked_departments(coming)
    if filters.department:
        coming = [it for it in coming if department_of_address(it.place) == filters.department]
    context |= {"coming": coming, "page": page}
    return render(request, "conversation/meetings/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def add_meeting(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a new meeting of a thread."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    reason = rules.no_meeting_reason(viewer, thread)
    require(rules.may_add_meeting(viewer, thread), reason)

    def act(dates: list[MeetingValues], shown_readers: str, hosts_call: bool) -> Meeting:
        if hosts_call:
            url = queries.repeated_call(viewer, thread, dates[0]) or new_call(viewer)
            dates = [it._replace(call_url=url) for it in dates]
        meeting = actions.add_meetings(thread, viewer, dates, shown_readers)
        words = ngettext(
            "La rencontre est prévue.",
            "Les %(n)d dates de la rencontre sont prévues.",
            len(dates),
        )
        messages.success(request, words % {"n": len(dates)})
        return meeting

    copied = queries.copied_meeting(viewer, thread, request.GET.get("copier", ""))
    initial = {"time_zone": settings.TIME_ZONE} | proposed_in(request.GET)
    if copied:
        initial = copied_from(copied)
    return _answer_meeting_form(request, thread, initial, act, None, copied)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def edit_meeting(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form of a meeting that is open."""
    viewer = request.viewer
    meeting = queries.get_meeting(viewer, pk)
    reason = rules.no_change_reason(viewer, meeting.thread, meeting)
    require(rules.may_edit_meeting(viewer, meeting.thread, meeting), reason)

    def act(values: MeetingValues, shown_readers: str, hosts_call: bool) -> Meeting:
        if hosts_call:
            url = meeting.call_url if meeting.has_hosted_call else new_call(viewer)
            values = values._replace(call_url=url)
        edited = actions.edit_meeting(meeting, viewer, values, shown_readers)
        messages.success(request, _("La rencontre est modifiée."))
        return edited

    return _answer_meeting_form(request, meeting.thread, initial_of(meeting), act, meeting)


def _answer_meeting_form(
    request: ViewerRequest,
    thread: Thread,
    initial: dict[str, Any],
    act: Callable[..., Meeting],
    meeting: Meeting | None,
    copied: Meeting | None = None,
) -> HttpResponse:
    readership = readership_of(thread.space)
    initial |= {"shown_readers": readership.stamp}
    is_new = meeting is None
    form = (NewMeetingForm if is_new else MeetingForm)(posted(request), initial=initial)

    def write(**values: Any) -> Meeting:
        with renewing_readers(form, thread.space):
            return act(**values)

    context: dict[str, Any] = {"thread": thread, "readership": readership, "meeting": meeting}
    context["copied"] = copied
    context["open_meeting"] = queries.open_meeting(request.viewer, thread) if is_new else None
    page = form_page(request, "conversation/meetings/meeting_form.html", context)
    return answer_form(request, form, write, page, limit=_MEETINGS, error_field="day")


@require_safe
def show_meeting(request: ViewerRequest, pk: int) -> HttpResponse:
    """When and where a meeting is, and the form of one's registration."""
    viewer = request.viewer
    try:
        meeting = queries.get_meeting(viewer, pk)
    except Meeting.DoesNotExist:
        if not queries.has_registration(viewer, pk):
            raise
        return render(request, "conversation/meetings/unseen_registration.html", {"pk": pk})
    return _answer_registration(request, meeting)


@require_POST
def register(request: ViewerRequest, pk: int) -> HttpResponse:
    """Register for a meeting, with what one answers to its questions."""
    meeting = queries.get_meeting(request.viewer, pk)
    if not request.viewer.is_registered:
        return redirect_to_sign_in(request, meeting.get_absolute_url())
    return _answer_registration(request, meeting)


def _answer_registration(request: ViewerRequest, meeting: Meeting) -> HttpResponse:
    form = RegistrationForm(posted(request), questions=meeting.asked)

    def act(answers: list[tuple[Question, str]]) -> Meeting:
        actions.register(meeting, request.viewer, answers)
        return meeting  # Whose page says so.

    page = partial(_render, request, meeting)
    return answer_form(request, form, act, page, limit=_REGISTRATIONS)


def _render(
    request: ViewerRequest, meeting: Meeting, form: RegistrationForm, status: int
) -> HttpResponse:
    viewer, thread = request.viewer, meeting.thread
    keeps_thread = rules.may_add_meeting(viewer, thread)
    context: dict[str, Any] = {"meeting": meeting, "thread": thread, "form": form}
    context["shown"] = queries.shown_meeting_of(
        viewer, meeting, with_names=may_read_sheet(viewer, thread, meeting)
    )
    context["others"] = queries.other_meetings(viewer, meeting)
    context["keeps_thread"] = keeps_thread
    context["may_edit"] = rules.may_edit_meeting(viewer, thread, meeting)
    context["may_register"] = rules.may_register(viewer, thread, meeting)
    context["no_registration_reason"] = rules.no_registration_reason(viewer, thread, meeting)
    return render(request, "conversation/meetings/meeting.html", context, status=status)


@require_safe
def meeting_calendar(request: ViewerRequest, pk: int) -> HttpResponse:
    """A meeting as calendars read it, with its call for who may see that."""
    from forum.conversation.meetings.calendar import CONTENT_TYPE, calendar_of  # icalendar.

    viewer = request.viewer
    meeting = queries.get_meeting(viewer, pk)
    keeps_thread = rules.may_add_meeting(viewer, meeting.thread)
    shown = queries.shown_meeting_of(viewer, meeting, with_names=False)
    content = calendar_of([(meeting, keeps_thread or shown.has_place)])
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{_("rencontre.ics")}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def cancel_meeting(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that cancels a meeting."""
    viewer = request.viewer
    meeting = queries.get_meeting(viewer, pk)
    reason = rules.no_change_reason(viewer, meeting.thread, meeting)
    require(rules.may_edit_meeting(viewer, meeting.thread, meeting), reason)

    def act() -> Thread:
        thread = actions.cancel_meeting(meeting, viewer)
        messages.success(request, _("La rencontre est annulée."))
        return thread

    context = {"meeting": meeting, "thread": meeting.thread}
    page = form_page(request, "conversation/meetings/cancel_meeting.html", context)
    return answer_form(request, Form(posted(request)), act, page, limit=_MEETINGS)


@require_POST
def withdraw(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take one's registration back, also for a meeting that one no longer sees."""
    viewer = request.viewer
    meeting = Meeting.objects.visible_to(viewer).filter(pk=pk).first()
    if meeting is None and not queries.has_registration(viewer, pk):
        raise Meeting.DoesNotExist
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("meeting", args=[pk]))
    if refusal := _REGISTRATIONS.refusal(request):
        messages.error(request, refusal)
        return redirect("meeting", pk)
    if meeting:
        actions.withdraw(meeting, viewer)
    else:
        actions.withdraw_unseen(pk, viewer)
    messages.success(request, _("Votre inscription est retirée."))
    return redirect(meeting or "meetings")
