"""The mails of who has a place in a meeting, with what their calendar reads."""

from __future__ import annotations

from django.conf import settings
from django.tasks import task
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from accounts.base.mail_languages import in_language_of
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.models import Meeting, Registration


@task()
def mail_registration(registration_id: int) -> None:
    """Mail a person that they have a place, if they still do; it says what their space lets."""
    from forum.conversation.meetings.calendar import invitation_to  # icalendar.

    if (own := _placed(registration_id)) is None:
        return
    meeting = _seen_meeting(own.person, own.meeting_id)
    if meeting is None or not meeting.is_open:
        return
    space = meeting.thread.space
    with in_language_of(own.person_id):
        calendar, subject = None, _("Votre inscription à une rencontre")
        if space.is_titled_in_mails:
            has_call = space.is_quoted_in_mails
            calendar = invitation_to(own.person, meeting, has_call=has_call, has_place=True)
            subject = _("Rencontre\u00a0: %(title)s") % {"title": meeting.thread.title}
        _send(own.person, meeting, "registration", subject, calendar)


@task()
def mail_change(registration_id: int) -> None:
    """Mail a person who has a place that their meeting is cancelled, or as it is now."""
    from forum.conversation.meetings.calendar import cancellation_to, invitation_to

    if (own := _placed(registration_id)) is None:
        return
    meeting = _seen_meeting(own.person, own.meeting_id)
    if meeting is None or meeting.ended_at:
        return
    space = meeting.thread.space
    with in_language_of(own.person_id):
        calendar, subject = None, _("Une rencontre a changé")
        if meeting.cancelled_at:
            subject = _("Une rencontre est annulée")
        if space.is_titled_in_mails and meeting.cancelled_at:
            calendar = cancellation_to(own.person, meeting)
            subject = _("Rencontre annulée\u00a0: %(title)s")
        elif space.is_titled_in_mails:
            has_call = space.is_quoted_in_mails
            calendar = invitation_to(own.person, meeting, has_call=has_call, has_place=True)
            subject = _("Rencontre modifiée\u00a0: %(title)s")
        subject %= {"title": meeting.thread.title}
        _send(own.person, meeting, "change", subject, calendar)


@task()
def mail_withdrawal(meeting_id: int, person_id: int) -> None:
    """Have the calendar of who gave their place back leave the meeting, if it was mailed."""
    from forum.conversation.meetings.calendar import cancellation_to

    person = User.objects.get(pk=person_id)
    meeting = _seen_meeting(person, meeting_id)
    if meeting is None or not settings.FORUM_REPLY_ADDRESS:
        return
    is_back = meeting.registrations.filter(person=person).exists()
    if is_back or not meeting.thread.space.is_titled_in_mails:
        return
    with in_language_of(person_id):
        subject = _("Inscription retirée\u00a0: %(title)s") % {"title": meeting.thread.title}
        calendar = cancellation_to(person, meeting)
        _send(person, meeting, "withdrawal", subject, calendar)


def _placed(registration_id: int) -> Registration | None:
    """The registration, with its person; None where it was taken back, or waits."""
    placed = Registration.objects.filter(pk=registration_id, placed_at__isnull=False)
    return placed.select_related("person").first()


def _seen_meeting(person: User, pk: int) -> Meeting | None:
    seen = Meeting.objects.visible_to(viewer_of_person(person))
    return seen.select_related("thread__space").filter(pk=pk).first()


def _send(
    person: User, meeting: Meeting, name: str, subject: str, calendar: tuple[bytes, str] | None
) -> None:
    """Mail the text called ``name``, with ``calendar``: what a program reads, and its type."""
    file, alternative = None, None
    if calendar:
        content, kind = calendar
        file, alternative = (_("rencontre.ics"), content, kind), (content.decode(), kind)
    context = {
        "meeting": meeting,
        "space": meeting.thread.space,
        "address": site_address() + meeting.get_absolute_url(),
        "is_answered": bool(settings.FORUM_REPLY_ADDRESS),
    }
    body = render_to_string(f"conversation/meetings/email/{name}.txt", context)
    send(person.email, subject, body, file, alternative=alternative)
