"""Registering for a meeting, or withdrawing, as a calendar answers its invitation.

Who answers is known by the signed address of their invitation and by their own as the sender.
"""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.rules import Refused, require
from forum.conversation.meetings import actions
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.queries import has_registration
from forum.conversation.meetings.rules import closed_reason
from forum.mail.incoming_mail.calendar_reply import CalendarReply, ReplyStatus
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.meeting_invitations.mail import send_answer, send_refusal
from forum.mail.thread_mail.meeting_invitations.queries import is_answered_since
from forum.mail.thread_mail.queries import mail_setting_of
from forum.mail.thread_mail.replies.actions import has_enough_receipts, is_known, save_outcome
from forum.mail.thread_mail.replies.models import MailOutcome


def process_calendar_reply(
    mail: IncomingMail, person: User, meeting_id: int, reply: CalendarReply | None
) -> MailResult:
    """Do what ``person`` answers by ``mail``, or say why not; the same twice is done once.

    ``reply``: what the calendar says that it brings; None of a mail in words alone. Of what
    changes nothing they are not told, so that no program answers for ever. Nothing is done of
    one that was given before another that came already.
    """
    place = f"meeting {meeting_id}"
    if is_known(mail, person, place):
        return MailResult.TWICE
    if has_enough_receipts(person.pk):
        return MailResult.UNTOLD
    actor = viewer_of_person(person)
    seen = Meeting.objects.visible_to(actor).select_related("thread__space")
    meeting = seen.filter(pk=meeting_id).first()
    outcome, raw = MailOutcome.CALENDAR, b""
    answered_at = (
        min(reply.answered_at, timezone.now()) if reply and reply.answered_at else None
    )
    is_late = is_answered_since(person, place, answered_at)
    with override(mail_setting_of(person.pk).language):
        try:
            if not is_late and (words := _answer(actor, meeting, meeting_id, reply)):
                send_answer(person, mail, meeting, words)
        except (ObjectDoesNotExist, PermissionDenied) as fault:
            words = str(fault) if isinstance(fault, PermissionDenied) else _unseen_words()
            send_refusal(person, mail, meeting, words)
            outcome, raw = MailOutcome.REFUSED, mail.raw
    saved = save_outcome(mail, person, place, outcome, raw=raw, answered_at=answered_at)
    if saved is None:
        return MailResult.TWICE
    return MailResult(outcome)


def _answer(
    actor: Viewer, meeting: Meeting | None, meeting_id: int, reply: CalendarReply | None
) -> str:
    """Register ``actor``, or withdraw; return what they are told, empty where nothing changed.

    Raise Refused where neither is done. Who has a place then is mailed that by itself.
    """
    status = reply.status if reply else None
    is_moved = (
        reply is not None and meeting is not None and reply.sequence < meeting.date_sequence
    )
    if status is ReplyStatus.DECLINED:
        return _withdraw(actor, meeting, meeting_id, is_moved=is_moved)
    if meeting is None:
        raise Refused(_unseen_words())
    require(meeting.takes_registrations, closed_reason(meeting))
    require(status is ReplyStatus.ACCEPTED, _refusal_of(status))
    require(not is_moved, _moved_words())
    if not has_registration(actor, meeting_id):
        words = _(
            "Cette rencontre pose des questions à l’inscription\u00a0: répondez-y sur sa page."
        )
        require(not meeting.asked, words)
    own = actions.register(meeting, actor)
    words = _(
        "Vous êtes sur la liste d’attente\u00a0: vous saurez dès qu’une place est à vous."
    )
    return "" if own.placed_at else words


def _withdraw(
    actor: Viewer, meeting: Meeting | None, meeting_id: int, *, is_moved: bool
) -> str:
    if not has_registration(actor, meeting_id):
        return ""
    if meeting:
        require(not (is_moved and meeting.takes_registrations), _moved_words())
        actions.withdraw(meeting, actor, by_calendar=True)
    else:
        actions.withdraw_unseen(meeting_id, actor)
    return _("Votre inscription est retirée.")


def _unseen_words() -> str:
    return _("Cette rencontre n’est plus là, ou vous ne pouvez plus la lire.")


def _moved_words() -> str:
    return _(
        "La date a changé depuis l’invitation à laquelle vous répondez\u00a0: rien n’a changé "
        "pour vous. Répondez à la plus récente, ou sur la page de la rencontre."
    )


def _refusal_of(status: ReplyStatus | None) -> str:
    """Why nothing is done that is neither accepted nor declined."""
    if status is ReplyStatus.TENTATIVE:
        return _(
            "«\u00a0Peut-être\u00a0» n’inscrit ni ne désinscrit\u00a0: acceptez ou refusez "
            "l’invitation."
        )
    if status is ReplyStatus.COUNTER:
        return _("Une autre date se propose dans le fil, où chacun la lit.")
    if status is ReplyStatus.OTHER:
        return _("Cette réponse d’agenda n’a pas pu se lire.")
    return _(
        "Cette adresse ne lit que les réponses des agendas\u00a0: acceptez ou refusez "
        "l’invitation. Ce que vous avez à dire s’écrit dans le fil."
    )
