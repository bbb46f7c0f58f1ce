"""Posting a mail with the files that it brings.

They are stored as on the site, then given to the post in the transaction that posts it. What
no post took is deleted at once; what an interruption leaves, by the sweeper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.files.actions import (
    Attachment,
    discard_drafts,
    too_heavy,
    too_many_files,
)
from forum.conversation.files.names import clean_name
from forum.conversation.files.shown_file import ShownFile
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
from forum.mail.incoming_mail.attachments import MailFile, picture_description, text_of_files
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.openpgp import is_encrypted
from forum.mail.thread_mail.mail_files.queries import post_of_mail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post

#: Mails of a day whose files are taken: of who holds a seat, and of who waits for one.
_MAX_MAILS, _MAX_MAILS_WAITING = 60, 6
#: Files of which it is said why each was not joined.
_MAX_REASONS = 20


@dataclass
class FilesOfMail:
    """What became of the files of a mail: those ``joined``, and why each other was not.

    ``others``: how many more there are, which ``reasons`` do not name.
    """

    joined: Sequence[ShownFile] = ()
    reasons: list[str] = field(default_factory=list)
    others: int = 0

    def leave_out(self, reason: str) -> None:
        """Note one more that is not joined."""
        if len(self.reasons) < _MAX_REASONS:
            self.reasons.append(reason)
        else:
            self.others += 1

    @property
    def has_pictures(self) -> bool:
        """Whether a picture was joined, which its writer is to describe."""
        return any(it.is_image for it in self.joined)


def post_with_files(
    mail: IncomingMail,
    text: str,
    actor: Viewer,
    identity: UUID,
    publish: Callable[[str, Sequence[Attachment]], Post],
) -> tuple[Post, FilesOfMail]:
    """Post ``text`` of ``mail`` as ``actor``, by ``publish``, with its files; return the post.

    A mail without words is posted where it brings a file that is taken. ``identity``: of the
    post; where that is there already, nothing is stored. Raise Refused where nothing can be
    posted, and what ``publish`` raises: then nothing of the files stays.
    """
    if mail.is_encrypted or is_encrypted(text):
        raise Refused(_("Ce courriel est chiffré : le site ne peut pas le lire."))
    if reason := reason_to_refuse(text, may_be_empty=bool(mail.files)):
        raise Refused(reason)
    if earlier := post_of_mail(actor, identity):
        return earlier, FilesOfMail(earlier.shown_files)
    files = FilesOfMail()
    attachments: list[Attachment] = []
    try:
        _store(mail, actor, files, attachments)
        if not text and not attachments:
            raise Refused(_nothing_to_post(files))
        post = publish(text or text_of_files(it.file.name for it in attachments), attachments)
    finally:
        discard_drafts(actor, [it.file.pk for it in attachments])
    files.joined = post.shown_files
    if post.idempotency_key != identity:  # It stands in place of a second one.
        files.joined = ()
        for attachment in attachments:
            words = _("« %(name)s » : le même texte est déjà publié, sans ce fichier.")
            files.leave_out(words % {"name": attachment.file.name})
    return post, files


def reason_to_refuse(text: str, *, may_be_empty: bool = False) -> str:
    """Why ``text`` of a mail is no post, whoever wrote it; empty where it is one."""
    if not text and not may_be_empty:
        return _("Il n’y a pas de texte dans ce courriel.")
    if len(text) > MAX_TEXT_LENGTH:
        words = _("Ce texte est plus long que les %(most)d caractères d’un message.")
        return words % {"most": MAX_TEXT_LENGTH}
    return ""


def _store(
    mail: IncomingMail, actor: Viewer, files: FilesOfMail, attachments: list[Attachment]
) -> None:
    """Store the files of ``mail`` that are taken, and add them to ``attachments``.

    ``files`` says why others are not.
    """
    limits, number = settings.FORUM_FILE_LIMITS, _mails_of_today(actor)
    for file in mail.files:
        name = clean_name(file.name)
        if number >= (_MAX_MAILS if actor.seat_id else _MAX_MAILS_WAITING):
            words = _("« %(name)s » : trop de courriels de vous aujourd’hui.")
            files.leave_out(words % {"name": name})
        elif len(attachments) >= limits["count"]:
            files.leave_out(f"« {name} ». {too_many_files()}")
        elif _is_packed_by_outlook(file):
            words = _(
                "« %(name)s » : Outlook y a enfermé vos pièces jointes, que le site ne peut "
                "pas lire. Joignez-les sur le site."
            )
            files.leave_out(words % {"name": name})
        elif _exceeds_post(attachments, file):
            files.leave_out(f"« {name} ». {too_heavy()}")
        else:
            try:
                row = store_file(actor, SimpleUploadedFile(name, file.content))
            except Refused as refused:
                files.leave_out(str(refused))
            else:
                attachments.append(
                    Attachment(row, picture_description(name) if row.is_image else "")
                )


def _exceeds_post(attachments: Sequence[Attachment], file: MailFile) -> bool:
    """Whether ``file`` might be taken by itself, and too much for one post with others."""
    limits, size = settings.FORUM_FILE_LIMITS, len(file.content)
    total = sum(it.file.size for it in attachments) + size
    return bool(size <= limits["file"] and total > limits["post"])


def _mails_of_today(actor: Viewer) -> int:
    """How many mails of ``actor`` came within a day."""
    since = timezone.now() - timedelta(days=1)
    return ReceivedMail.objects.filter(person=actor.person_id, received_at__gt=since).count()


def _is_packed_by_outlook(file: MailFile) -> bool:
    is_named_so = file.name.lower() == "winmail.dat"
    return is_named_so or file.media_type in ("application/ms-tnef", "application/vnd.ms-tnef")


def _nothing_to_post(files: FilesOfMail) -> str:
    words = _("Il n’y a pas de texte dans ce courriel, et ses fichiers n’ont pas été joints :")
    return "\n".join([words, *(f"- {it}" for it in files.reasons)])
