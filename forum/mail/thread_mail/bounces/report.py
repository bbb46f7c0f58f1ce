"""Reports of mail servers: which address refused a mail, and who called it unwanted.

What RFC 3464 and RFC 5965 say is read here, since flufl.bounce gives no status; bounces in the
words of a program (qmail, Exim, Yahoo…) are read by it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr
from functools import lru_cache

from flufl.bounce import all_failures

from forum.mail.incoming_mail.headers import parse_message

log = logging.getLogger("forum.bounces")
#: Bytes that are read: what a server says stands above the mail that it returns.
_MAX_BYTES = 200_000
#: Lines, and bytes of each, in which a program says what it could not deliver. flufl.bounce
#: looks for addresses in squares of a line.
_MAX_LINES, _MAX_READ, _MAX_WIDTH = 2_000, 1_000, 300
_SPACES = re.compile(rb"[ \t]{3,}+")
#: Of feedback reports those by which a person says that they do not want the mail.
_COMPLAINTS = frozenset(("abuse", "fraud", "opt-out", "opt-out-list"))
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
#: A failure for good of which nothing more is said.
UNKNOWN_STATUS = "5.0.0"


@dataclass(frozen=True)
class MailReport:
    """The status (RFC 3463) of each address, in lower case, that a server gave up.

    ``text``: all that it says and returns, decoded.
    """

    failures: dict[str, str] = field(default_factory=dict)
    is_complaint: bool = False
    text: str = ""


def read_report(raw: bytes) -> MailReport:
    """What the mail ``raw`` reports; an empty one where it reports nothing that can be read."""
    return _read(raw[:_MAX_BYTES])


@lru_cache(1)  # To however many addresses it came.
def _read(raw: bytes) -> MailReport:
    try:
        message = parse_message(raw)
        is_complaint = _is_complaint(message)
        failures = {} if is_complaint else _failures(message, raw)
        return MailReport(failures, is_complaint, _text(raw, message))
    except Exception as fault:  # Parsers raise of every kind, whatever strangers send.
        log.warning("A report of a mail server could not be read: %r.", fault)
        return MailReport()


def status_in(words: str) -> str:
    """The status in what a server said; empty where there is none."""
    if match := _STATUS.search(words):
        return match[1]
    match = _CODE.search(words)
    return f"{match[1]}.0.0" if match else ""


def _blocks(message: Message, subtype: str) -> Iterator[Message]:
    """The groups of fields of the parts that are ``message/subtype``."""
    for part in message.walk():
        if part.get_content_type() == f"message/{subtype}" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _is_complaint(message: Message) -> bool:
    if message.get_param("report-type") != "feedback-report":
        return False
    kinds = (str(it.get("feedback-type", "")) for it in _blocks(message, "feedback-report"))
    return any(kind.strip().lower() in _COMPLAINTS for kind in kinds)


def _failures(message: Message, raw: bytes) -> dict[str, str]:
    blocks = list(_blocks(message, "delivery-status"))
    if not blocks:
        if message.get_content_type() == "multipart/report":
            return {}
        _delayed, failed = all_failures(parse_message(_beginning(raw), text_headers=True))
        return {address.decode(errors="replace").lower(): UNKNOWN_STATUS for address in failed}
    failures: dict[str, str] = {}
    for block in blocks:
        # What is delayed is tried again by whoever says so.
        if str(block.get("action", "")).lower().startswith(("fail", "error")):
            failures |= dict.fromkeys(_addresses(block), _status(block))
    return failures


def _beginning(raw: bytes) -> bytes:
    """What a program says, above the mail that it returns: flufl.bounce takes long."""
    lines = raw.splitlines()[:_MAX_LINES]
    return b"\n".join(_SPACES.sub(b"  ", line[:_MAX_READ])[:_MAX_WIDTH] for line in lines)


def _addresses(block: Message) -> Iterator[str]:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        text = str(block.get(name, "")).rpartition(";")[2]
        if "@" in (address := parseaddr(text)[1]):
            yield address.lower()


def _status(block: Message) -> str:
    """What its Status says; where that is no more than a class, what the server said."""
    status = status_in(str(block.get("status", "")))
    if status and not status.endswith(".0.0"):
        return status
    return status_in(str(block.get("diagnostic-code", ""))) or status or UNKNOWN_STATUS


def _text(raw: bytes, message: Message) -> str:
    texts = [raw.decode("latin-1")]
    for part in message.walk():
        encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
        if encoding in ("base64", "quoted-printable") and not part.is_multipart():
            payload = part.get_payload(decode=True)
            texts.append(payload.decode("latin-1") if isinstance(payload, bytes) else "")
    return "\n".join(texts)
