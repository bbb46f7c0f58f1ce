"""What an archive keeps of a mail of a list, and which mails it leaves out."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from accounts.base.text import fold, printable_line
from forum.mail.incoming_mail.addresses import named_address, without_addresses
from forum.mail.incoming_mail.dates import parsed_date
from forum.mail.incoming_mail.headers import decoded_header, find_message_ids, parse_headers
from forum.mail.incoming_mail.list_footers import without_list_footers
from forum.mail.incoming_mail.machines import is_automatic_answer, is_bounce
from forum.mail.incoming_mail.mbox import MboxEntry
from forum.mail.incoming_mail.message import IncomingMail, MailUnreadable
from forum.mail.incoming_mail.openpgp import is_encrypted
from forum.mail.incoming_mail.reply_text import extract_reply
from forum.mail.incoming_mail.subjects import (
    bare_subject,
    begins_with_reply_prefix,
    subject_key,
)
from forum.mail.mail_archives.authentication import (
    RESULT_HEADERS,
    UNVERIFIED_ADDRESS,
    UNVERIFIED_NAME,
    fails_dmarc,
    nobodys_address,
)
from forum.mail.mail_archives.dates import date_of_mail
from forum.mail.mail_archives.importing.mail_attachments import sorted_files
from forum.mail.mail_archives.importing.mail_writer import (
    LIST_ADDRESSES,
    LIST_PROGRAMS,
    NO_REPLY,
    is_named_by,
    list_id_of,
    writer_of,
)
from forum.mail.mail_archives.models import FileLeftOut, LeftOut

#: Characters of a subject, and of a name; Message-IDs of a mail's ancestors, the last ones.
_MAX_SUBJECT, _MAX_NAME, _MAX_REFERENCES = 300, 120, 50
_MAX_ADDRESS = 254
_ADMINISTRATIVE = re.compile(
    r"\s*+(?:(?:un)?subscribe\b|(?:sub|unsub|signoff)\s++\S++\s*+$|confirm\s++[0-9a-f]{8,}"
    r"|.*mailing list memberships? reminder|.*moderator request|.*message en attente de mod"
    r"|.*a soumis une demande d.abonnement|lot \S+, vol \d|.*\bdigest, vol)",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*+(?:réponse automatique|r[ée]p(?:onse)? auto\b|absen(?:t|ce) (?:du bureau|jusqu)"
    r"|message d.absence|automatic reply|auto(?:matische)?[ -]?(?:reply|antwort)"
    r"|out of (?:the )?office"
    r"|undeliver(?:ed|able)|delivery status notification|mail delivery failed|returned mail"
    r"|non remis|échec de la remise|avis de non[ -]?(?:remise|livraison))",
    re.IGNORECASE,
)


class ParsedMail(NamedTuple):
    """What is kept of a mail; ``identity`` is the same for the same mail in another file."""

    identity: str
    message_id: str
    references: list[str]
    subject: str
    subject_key: str
    is_reply: bool
    sent_at: datetime | None
    address: str
    name: str
    text: str
    folded: str
    attachments: list[list[str | int]]
    list_address: str
    files: list[tuple[str, bytes]]
    files_left_out: list[FileLeftOut]


def parse_mail(entry: MboxEntry, now: datetime) -> ParsedMail | LeftOut:
    """The mail of ``entry``, without any address of people in its texts; or why it is none."""
    if entry.is_too_long:
        return LeftOut.OVERSIZED
    try:
        mail = IncomingMail(entry.raw)
        files, text = mail.files, mail.plain_text
    except MailUnreadable:
        return LeftOut.UNREADABLE
    subject = mail.header_text("subject")
    name, address, is_list = writer_of(mail, entry.separator)
    if reason := _reason_to_leave_out(mail, address, subject):
        return reason
    reply = extract_reply(without_list_footers(text))
    if mail.is_encrypted or is_encrypted(reply.text):
        return LeftOut.EMPTY
    if not reply.text.strip() and not files:
        return LeftOut.EMPTY
    accepted, attachments, reasons = sorted_files(files)
    identity = _identity(mail, address)
    if fails_dmarc(it for name in RESULT_HEADERS for it in mail.header_values(name)):
        name, address = UNVERIFIED_NAME, UNVERIFIED_ADDRESS
    elif is_list:
        name, address = _nobody(printable_line(name, _MAX_NAME), address)
    subject = printable_line(without_addresses(subject), _MAX_SUBJECT)
    return ParsedMail(
        identity=identity,
        message_id=mail.given_message_id,
        references=_references(mail),
        subject=bare_subject(subject, _list_names(mail)),
        subject_key=_hash(key) if (key := subject_key(subject)) else "",
        is_reply=begins_with_reply_prefix(subject),
        sent_at=date_of_mail(
            mail.header_text("date"), mail.header_values("received"), entry.separator, now
        ),
        address=address,
        name=printable_line(name, _MAX_NAME),
        text=without_addresses(reply.text),
        folded=without_addresses(reply.folded),
        attachments=attachments,
        list_address=_list_address(mail),
        files=accepted,
        files_left_out=reasons,
    )


def subject_of(entry: MboxEntry) -> str:
    """The subject of the mail of ``entry``, for people to know it by; empty where it has none.

    Also where it cannot be read, and without addresses.
    """
    try:
        subject = parse_headers(entry.raw).get("subject", "")
        return printable_line(without_addresses(decoded_header(str(subject))), _MAX_SUBJECT)
    except Exception:  # Parsers raise of every kind.
        return ""


def _reason_to_leave_out(mail: IncomingMail, address: str, subject: str) -> LeftOut | None:
    headers = mail.headers
    first_part = address.partition("@")[0]
    if headers.get("x-spam-flag", "").lower() == "yes" or re.match(
        r"(?i)yes\b", headers.get("x-spam-status", "")
    ):
        return LeftOut.SPAM
    is_automatic = (
        is_bounce(headers, address)
        or is_automatic_answer(headers)
        or headers.get("precedence", "").lower() == "junk"
        or bool(NO_REPLY.fullmatch(first_part))
        or bool(_AUTOMATIC_SUBJECT.match(subject))
    )
    # What answers such a mail, a digest above all, somebody wrote.
    is_of_program = _ADMINISTRATIVE.match(subject) and not begins_with_reply_prefix(subject)
    if LIST_PROGRAMS.fullmatch(first_part) or is_of_program:
        return LeftOut.ADMINISTRATIVE
    if is_automatic:
        return LeftOut.AUTOMATIC
    if len(mail.authors) > 1:
        return LeftOut.SEVERAL_AUTHORS
    if not address or len(address) > _MAX_ADDRESS:
        return LeftOut.UNREADABLE
    return None


def _nobody(name: str, list_address: str) -> tuple[str, str]:
    """The name and what stands for the address of who wrote as their list."""
    if not name:
        return UNVERIFIED_NAME, UNVERIFIED_ADDRESS
    return name, nobodys_address(name, list_address)


def _list_address(mail: IncomingMail) -> str:
    """The address of the list that sent it, in lower case; empty where it says none."""
    addresses = [named_address(mail.header_text(it))[1] for it in LIST_ADDRESSES]
    list_id = list_id_of(mail)
    addresses += [it for it in map(str.lower, mail.recipients) if is_named_by(list_id, it)]
    return next((it for it in addresses if it and len(it) <= _MAX_ADDRESS), "")


def _list_names(mail: IncomingMail) -> frozenset[str]:
    """What its list calls itself, folded: the phrase and the first word of List-Id."""
    phrase, _angle, name = mail.header_text("list-id").rpartition("<")
    return frozenset({fold(phrase), fold(name.partition(".")[0])} - {""})


def _references(mail: IncomingMail) -> list[str]:
    """The Message-IDs of what it answers, the nearest last."""
    text = " ".join(mail.headers.get(it, "") for it in ("references", "in-reply-to"))
    return list(dict.fromkeys(find_message_ids(text)))[-_MAX_REFERENCES:]


def _identity(mail: IncomingMail, address: str) -> str:
    """What tells it from all others, in whatever file: Message-ID, Date and sender, else all.

    Programs have given one Message-ID to several mails: these have other dates. Who takes that
    and the date of another's mail does not take its place.
    """
    message_id, date = mail.given_message_id, parsed_date(mail.header_text("date"))
    parts = [message_id, date.isoformat() if date else "", address]
    if not message_id:
        parts += [mail.header_text("subject"), mail.plain_text]
    return _hash("\0".join(parts))


def _hash(words: str) -> str:
    return sha256(words.encode("utf-8", "replace")).hexdigest()
