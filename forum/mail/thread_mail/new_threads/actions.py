"""Starting a thread by mail, by the rights of its writer at that moment.

From is free to write, and there is no key: it must be the verified address of an account, and
our mail server must say that the mail is of its domain (DMARC).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.text import one_line
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.new_thread_addresses import NewThreadAddress
from forum.conversation.files.actions import Attachment
from forum.conversation.threads.actions import start_thread
from forum.mail.incoming_mail.actions import count_mail
from forum.mail.incoming_mail.authentication import fails_dmarc, passes_dmarc
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.incoming_mail.reply_text import Reply
from forum.mail.incoming_mail.subjects import bare_subject
from forum.mail.thread_mail.mail_files.actions import FilesOfMail, post_with_files
from forum.mail.thread_mail.new_threads.mail import send_receipt, send_refusal
from forum.mail.thread_mail.new_threads.queries import person_of_address, place_of_address
from forum.mail.thread_mail.queries import mail_setting_of
from forum.mail.thread_mail.replies.actions import (
    identity_of,
    is_known,
    place_of_space,
    save_and_notify,
)
from forum.mail.thread_mail.replies.mail import RefusalNotSent
from forum.mail.thread_mail.replies.models import MailOutcome, ReceivedMail
from forum.mail.thread_mail.replies.restoration import reply_of
from forum.models import Post, Space, Topic

#: Of how many mails that nobody vouches for a person is told in a day.
_MAX_UNPROVED = 3
_MIN_TITLE, _MAX_TITLE = 8, 160


def process_new_thread(mail: IncomingMail, address: NewThreadAddress) -> MailResult:
    """Start the thread that ``mail`` brings to ``address``, or say why not; twice is once.

    What its sender does not see, and what is not there, are one and the same.
    """
    person = person_of_address(mail.sender)
    place = place_of_address(address, viewer_of_person(person)) if person else None
    if person is None or place is None:
        return MailResult.UNKNOWN_ADDRESS
    if not is_proved(mail):
        return warn(mail, person)
    if is_known(mail, person, place_of_space(place[0])):
        return MailResult.TWICE
    with override(mail_setting_of(person.pk).language):
        return start_thread_by_mail(mail, person, *place)


def is_proved(mail: IncomingMail) -> bool:
    """Whether our server says that ``mail`` is of the domain of its sender."""
    domain = mail.sender.rpartition("@")[2]
    return passes_dmarc(mail.authentication_results, settings.FORUM_AUTHSERV_ID, domain)


def is_disproved(mail: IncomingMail) -> bool:
    """Whether our server says that ``mail`` is not of the domain of its sender."""
    domain = mail.sender.rpartition("@")[2]
    return fails_dmarc(mail.authentication_results, settings.FORUM_AUTHSERV_ID, domain)


def start_thread_by_mail(
    mail: IncomingMail, person: User, space: Space, topic: Topic
) -> MailResult:
    """Start the thread that ``mail``, which is proved and new, brings; or say why not."""
    reply = reply_of(mail)
    post, files, reason = _start(mail, person, space, topic, reply)
    text = reply.text if space.is_quoted_in_mails else ""
    return save_and_notify(
        mail, person, place_of_space(space), post, reply,
        lambda row: send_receipt(row, topic, mail, reply, files),
        lambda: send_refusal(person, mail, text, reason),
    )  # fmt: skip


def warn(
    mail: IncomingMail,
    person: User,
    send: Callable[[User, IncomingMail, str, str], None] = send_refusal,
) -> MailResult:
    """``send`` to ``person`` that a mail may be another's; never its words, nor too often.

    It is known by another identity than theirs: a mail that they wrote themselves is not taken
    for it.
    """
    since = timezone.now() - timedelta(days=1)
    rows = ReceivedMail.objects
    if rows.unproved().filter(person=person, received_at__gt=since).count() >= _MAX_UNPROVED:
        count_mail(MailResult.UNTOLD)
        return MailResult.UNPROVED
    digest = sha256(mail.message_id.encode("utf-8", "replace")).hexdigest()
    _row, is_new = rows.get_or_create(
        person=person,
        message_id=f"unproved:{digest}",
        defaults={"outcome": MailOutcome.REFUSED, "raw": b""},
    )
    if is_new:
        with override(mail_setting_of(person.pk).language), suppress(RefusalNotSent):
            reason = _("Rien ne prouve que ce courriel vient de vous.")
            send(person, mail, "", reason)
    return MailResult.UNPROVED


def _start(
    mail: IncomingMail, person: User, space: Space, topic: Topic, reply: Reply
) -> tuple[Post | None, FilesOfMail, str]:
    """The first post of the thread, with its files; or None, and why not, in words."""
    title = bare_subject(one_line(mail.subject))
    if len(title) < _MIN_TITLE:
        words = _("Ce titre est trop court pour qu’on comprenne de quoi il s’agit.")
        return None, FilesOfMail(), words
    if len(title) > _MAX_TITLE:
        words = _("L’objet du courriel fait le titre : gardez-en %(most)d caractères.")
        return None, FilesOfMail(), words % {"most": _MAX_TITLE}
    kind = "question" if title.endswith("?") else "discussion"
    identity = identity_of(mail, person.pk, place_of_space(space))
    actor = viewer_of_person(person)

    def publish(text: str, files: Sequence[Attachment]) -> Post:
        thread = start_thread(
            actor, space=space, topic=topic, kind=kind, title=title, tags=[],
            text=text, idempotency_key=identity, files=files,
        )  # fmt: skip
        post: Post = thread.posts.select_related("thread__space").get(number=1)
        return post

    try:
        return *post_with_files(mail, reply.text, actor, identity, publish), ""
    except ObjectDoesNotExist:
        return None, FilesOfMail(), _("Vous ne pouvez plus écrire dans cet espace.")
    except PermissionDenied as refusal:
        return None, FilesOfMail(), str(refusal)
