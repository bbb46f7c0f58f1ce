"""Starting a thread by mail, by the rights of its writer at that moment.

From is free to write, and there is no key: it must be the verified address of an account, and
our mail server must say that the mail is of its domain (DMARC).
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.text import one_line
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.incoming_mail.actions import count_mail
from forum.incoming_mail.authentication import passes_dmarc
from forum.incoming_mail.message import IncomingMail
from forum.incoming_mail.models import MailResult
from forum.incoming_mail.new_thread_addresses import NewThreadAddress
from forum.incoming_mail.reply_text import Reply, extract_reply
from forum.models import Post, Space, Topic
from forum.thread_mail.new_threads.mail import send_receipt, send_refusal
from forum.thread_mail.new_threads.queries import person_of_address, place_of_address
from forum.thread_mail.queries import mail_setting_of
from forum.thread_mail.replies.actions import has_enough_receipts, too_long
from forum.thread_mail.replies.models import MailOutcome, ReceivedMail
from forum.thread_mail.replies.restoration import without_secrets
from forum.threads.actions import start_thread
from forum.threads.posting_limits import MAX_TEXT_LENGTH

#: Of how many mails that nobody vouches for a person is told in a day.
_MAX_UNPROVED = 3
_MIN_TITLE, _MAX_TITLE = 8, 160
_PREFIXES = re.compile(r"^(?:\s*(?:re|rép|fwd?|tr|ref)\s*:)+\s*", re.IGNORECASE)


def settle_new_thread(mail: IncomingMail, address: NewThreadAddress) -> MailResult:
    """Start the thread that ``mail`` brings to ``address``, or say why not; twice is once.

    What its sender does not see, and what is not there, are one and the same.
    """
    person = person_of_address(mail.sender) if mail.has_one_sender else None
    place = place_of_address(address, viewer_of_person(person)) if person else None
    if person is None or place is None:
        return MailResult.UNKNOWN_ADDRESS
    if ReceivedMail.objects.filter(person=person, message_id=mail.message_id).exists():
        return MailResult.TWICE
    domain = mail.sender.rpartition("@")[2]
    is_proved = passes_dmarc(mail.authentication_results, settings.FORUM_AUTHSERV_ID, domain)
    with override(mail_setting_of(person.pk).language):
        return _settle(mail, person, *place, is_proved=is_proved)


def _settle(
    mail: IncomingMail, person: User, space: Space, topic: Topic, *, is_proved: bool
) -> MailResult:
    reply = without_secrets(extract_reply(mail.plain_text))
    post, reason = None, _("Rien ne prouve que ce courriel vient de vous.")
    if is_proved:
        post, reason = _start(mail, person, space, topic, reply)
    outcome = MailOutcome.REFUSED
    if post is not None:
        outcome = MailOutcome.HELD if post.held_at else MailOutcome.PUBLISHED
    row, is_new = ReceivedMail.objects.get_or_create(
        person=person,
        message_id=mail.message_id,
        defaults={
            "outcome": outcome,
            "post": post,
            "folded": reply.folded if post else "",
            "raw": mail.raw if is_proved else b"",
        },
    )
    if not is_new:
        return MailResult.TWICE
    if has_enough_receipts(person.pk) or (not is_proved and _was_warned(person)):
        count_mail(MailResult.UNTOLD)
    elif post is not None:
        send_receipt(row, topic, mail, reply)
    else:
        # What nobody vouches for may be another's words: they are not sent in our name.
        gives_back = is_proved and space.is_quoted_in_mails
        send_refusal(person, mail, reply.text if gives_back else "", reason)
    return MailResult(outcome) if is_proved else MailResult.UNPROVED


def _was_warned(person: User) -> bool:
    """Whether they were told of so many mails today that nobody vouches for."""
    since = timezone.now() - timedelta(days=1)
    unproved = ReceivedMail.objects.filter(person=person, received_at__gt=since, raw=b"")
    return unproved.filter(outcome=MailOutcome.REFUSED).count() > _MAX_UNPROVED


def _start(
    mail: IncomingMail, person: User, space: Space, topic: Topic, reply: Reply
) -> tuple[Post | None, str]:
    """The first post of the thread; or None, and why not, in words."""
    title = _PREFIXES.sub("", one_line(mail.subject))
    if len(title) < _MIN_TITLE:
        return None, _("Ce titre est trop court pour qu’on comprenne de quoi il s’agit.")
    if len(title) > _MAX_TITLE:
        words = _("L’objet du courriel fait le titre : gardez-en %(most)d caractères.")
        return None, words % {"most": _MAX_TITLE}
    if not reply.text:
        return None, _("Il n’y a pas de texte dans ce courriel.")
    if len(reply.text) > MAX_TEXT_LENGTH:
        return None, too_long()
    kind = "question" if title.endswith("?") else "discussion"
    identity = uuid5(NAMESPACE_URL, f"mail:{person.pk}:{mail.message_id}")
    about = {"space": space, "topic": topic, "kind": kind, "title": title}
    actor = viewer_of_person(person)
    try:
        thread = start_thread(
            actor, **about, text=reply.text, tags=[], idempotency_key=identity
        )
    except ObjectDoesNotExist:
        return None, _("Vous ne pouvez plus écrire dans cet espace.")
    except PermissionDenied as refusal:
        return None, str(refusal)
    return thread.posts.select_related("thread__space").get(number=1), ""
