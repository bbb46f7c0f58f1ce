"""The files that a mail brings: those that its writer joined, as far as that can be known.

A file of a mail that it forwards as a whole is that mail's, and signatures of machines are
nobody's. A picture that HTML shows is the writer's where it stands in what they wrote
themselves, is not a link, as logos are, and is larger than logos and tracking pixels are.
"""

from __future__ import annotations

import mimetypes
from collections import deque
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.base.text import without_controls
from forum.mail.incoming_mail.headers import decoded_header

#: Bytes of a picture that HTML shows: a smaller one is a logo, or tells that it was read.
MIN_PICTURE = 5_000
#: Parts that are looked at.
_MAX_PARTS = 10_000
#: What programs add to each mail, of which nobody need be told.
_OF_PROGRAMS = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-encrypted", "application/pgp-keys", "application/applefile",
    "message/delivery-status", "message/disposition-notification", "text/rfc822-headers",
))  # fmt: skip
_NAMES_OF_PROGRAMS = frozenset(("smime.p7s", "signature.asc"))
_FILES_WITHOUT_NAME = frozenset(("application", "audio", "image", "video"))
_FORWARDED = "message/rfc822"


@dataclass
class MailFile:
    """A file that a mail brings. ``content_id``: by what name HTML shows it, or empty."""

    name: str
    media_type: str
    content_id: str
    is_attached: bool
    part: Message

    @cached_property
    def content(self) -> bytes:
        """What is in it; nothing of a mail in the mail."""
        payload = self.part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    @property
    def is_picture(self) -> bool:
        """Whether it says that it is one."""
        return self.media_type.startswith("image/")

    @property
    def is_of_program(self) -> bool:
        """Whether a program joined it: a signature or a key."""
        by_name = self.name.lower() in _NAMES_OF_PROGRAMS
        return by_name or self.media_type in _OF_PROGRAMS


def files_in(message: Message) -> list[MailFile]:
    """The files of ``message``, in their order, whoever joined them."""
    return [
        MailFile(
            name=_name_of(part),
            media_type=part.get_content_type(),
            content_id=str(part.get("content-id", "")).strip().strip("<>"),
            is_attached=part.get_content_disposition() == "attachment",
            part=part,
        )
        for part in parts_of(message)
        if _is_file(part)
    ]


def is_joined(file: MailFile, shown: Container[str], own: Container[str]) -> bool:
    """Whether the writer of a mail joined ``file``.

    ``shown``: what HTML shows; ``own``: what of it stands in what they wrote themselves.
    """
    if file.is_of_program:
        return False
    if not file.is_picture or (file.is_attached and file.content_id not in shown):
        return True
    if file.content_id in shown and file.content_id not in own:
        return False
    return len(file.content) >= MIN_PICTURE


def picture_description(name: str) -> str:
    """What is said of a picture that comes by mail, until its writer says more."""
    with override("fr"):  # It is content.
        return _("Image jointe par courriel : %(name)s") % {"name": name}


def text_of_files(names: Iterable[str]) -> str:
    """The text of a post that came without words, and with files of these ``names``."""
    shown = [f"`{it.replace('`', '’')}`" for it in names]
    with override("fr"):
        words = ngettext(
            "(fichier joint : %(names)s)", "(fichiers joints : %(names)s)", len(shown)
        )
        return words % {"names": ", ".join(shown)}


def parts_of(message: Message) -> Iterator[Message]:
    """The parts that hold something, without those of mails in the mail."""
    waiting, number = deque([message]), 0
    while waiting and number < _MAX_PARTS:
        part, number = waiting.popleft(), number + 1
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and part.get_content_type() != _FORWARDED:
            waiting.extendleft(it for it in reversed(inner) if isinstance(it, Message))
        else:
            yield part


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    is_forwarded = part.get_content_type() == _FORWARDED
    return is_forwarded or part.get_content_maintype() in _FILES_WITHOUT_NAME


def _name_of(part: Message) -> str:
    name = without_controls(decoded_header(part.get_filename() or "")).strip()
    if part.get_content_type() == _FORWARDED:
        return name or "message.eml"
    kind = part.get_content_maintype()
    kind = kind if kind in ("audio", "image", "video") else "document"
    return name or f"{kind}{mimetypes.guess_extension(part.get_content_type()) or ''}"
