"""The mail of who has a place in a meeting, with what their calendar reads."""

from django.conf import settings
from django.tasks import task
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from accounts.base.mail_languages import in_language_of
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.models import Meeting, Registration


@task()
def mail_registration(registration_id: int) -> None:
    """Mail a person that they have a place, if they still do; it says what their space lets."""
    from forum.conversation.meetings.calendar import invitation_to  # icalendar.

    placed = Registration.objects.filter(pk=registration_id, placed_at__isnull=False)
    own = placed.select_related("person").first()
    if own is None:  # Withdrawn meanwhile.
        return
    seen = Meeting.objects.visible_to(viewer_of_person(own.person)).open()
    meeting = seen.select_related("thread__space").filter(pk=own.meeting_id).first()
    if meeting is None:
        return
    space = meeting.thread.space
    with in_language_of(own.person_id):
        file, alternative = None, None
        subject = _("Votre inscription à une rencontre")
        if space.is_titled_in_mails:
            has_call = space.is_quoted_in_mails
            content, kind = invitation_to(
                own.person, meeting, has_call=has_call, has_place=True
            )
            file = _("rencontre.ics"), content, kind
            alternative = content.decode(), kind
            subject = _("Rencontre\u00a0: %(title)s") % {"title": meeting.thread.title}
        address = site_address() + meeting.get_absolute_url()
        context = {"meeting": meeting, "space": space, "address": address}
        context["is_answered"] = bool(settings.FORUM_REPLY_ADDRESS)
        body = render_to_string("conversation/meetings/email/registration.txt", context)
        send(own.person.email, subject, body, file, alternative=alternative)
