"""The invitation to a meeting in a mail, and what someone is told whose calendar answered."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from accounts.models import User
from forum.conversation.meetings.models import Meeting
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.thread_mail.replies.mail import answer_mail, answer_with_refusal

_TEMPLATE = "mail/thread_mail/meeting_answer.txt"


def invite(mail: EmailMultiAlternatives, person: User, meeting: Meeting) -> None:
    """Have ``mail`` invite ``person`` to ``meeting``; its call is for who has a place."""
    from forum.conversation.meetings.calendar import invitation_to  # icalendar.

    content, kind = invitation_to(person, meeting, has_call=False, has_place=False)
    mail.attach_alternative(content.decode(), kind)
    mail.attach(_("rencontre.ics"), content, kind)


def send_answer(person: User, mail: IncomingMail, meeting: Meeting | None, words: str) -> None:
    """Tell them in ``words`` what was done. ``meeting``: None where they see it no more."""
    answer_mail(person, mail, _("Votre inscription"), _TEMPLATE, _context(meeting, words))


def send_refusal(person: User, mail: IncomingMail, meeting: Meeting | None, words: str) -> None:
    """Tell them in ``words`` why nothing was; raise RefusalNotSent where that cannot be."""
    subject = _("Votre réponse ne change pas votre inscription")
    answer_with_refusal(person, mail, subject, _TEMPLATE, _context(meeting, words))


def _context(meeting: Meeting | None, words: str) -> dict[str, object]:
    path = meeting.get_absolute_url() if meeting else reverse("meetings")
    return {"meeting": meeting, "words": words, "url": site_address() + path}
