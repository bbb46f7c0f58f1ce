"""Following a thread no more, or again, by a mail to the address of its key."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils.translation import override

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.follows.actions import follow_thread
from forum.conversation.follows.models import Follow, Level
from forum.mail.incoming_mail.actions import count_mail
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.actions import stop_thread
from forum.mail.thread_mail.follows.mail import send_confirmation
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.queries import mail_setting_of
from forum.mail.thread_mail.replies.actions import has_enough_receipts, is_known, save_outcome
from forum.mail.thread_mail.replies.models import MailOutcome
from forum.models import Thread


def process_follow(mail: IncomingMail, key: ThreadMailKey, *, follows: bool) -> MailResult:
    """Have the person of ``key`` follow its thread, or stop, and tell them where that is new.

    To stop, the key is enough, as on the page that it opens: who is mailed elsewhere than they
    write from must be able to. To follow, they see the thread; that ``mail`` is theirs was
    asked before.
    """
    place = f"follow {key.thread_id}"
    if is_known(mail, key.person, place):
        return MailResult.TWICE
    own = Follow.objects.filter(person=key.person, thread=key.thread)
    matching = own.filter(level=Level.ALL) if follows else own.exclude(level=Level.MUTED)
    if matching.exists() is follows:
        return MailResult.FOLLOW
    viewer = viewer_of_person(key.person)
    if not follows:
        stop_thread(key)
    else:
        try:
            follow_thread(key.thread_id, viewer)
        except (ObjectDoesNotExist, PermissionDenied):
            return MailResult.UNKNOWN_ADDRESS
    threads = Thread.objects.visible_to(viewer).select_related("space")
    thread = threads.filter(pk=key.thread_id).first()
    is_untold = has_enough_receipts(key.person_id)
    if save_outcome(mail, key.person, place, MailOutcome.FOLLOW) is None:
        return MailResult.TWICE
    if is_untold:
        count_mail(MailResult.UNTOLD)
        return MailResult.FOLLOW
    with override(mail_setting_of(key.person_id).language):
        send_confirmation(key, mail, thread, follows=follows)
    return MailResult.FOLLOW
