"""What says that a machine sent a mail: its headers (RFC 3834, and what programs do beside it).

``headers`` are those of the mail by their names, in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_DAEMON = re.compile(r"mailer-daemon|postmaster|bounces?(?:[^a-z].*)?", re.IGNORECASE)
_OF_LISTS = frozenset(("bulk", "junk", "list"))
#: Not Feedback-ID: providers of mailboxes write it into the mails of people, too.
_LIST_HEADERS = ("list-id", "list-unsubscribe")
_SUPPRESSED = frozenset(("all", "oof", "autoreply"))
_ANSWER_HEADERS = ("x-autoreply", "x-autorespond")
_MARKS = re.compile(
    r"^(auto-submitted:\s*auto-|precedence:\s*(bulk|junk|list)|list-id:|return-path:\s*<>)",
    re.IGNORECASE | re.MULTILINE,
)


def is_bounce(headers: Mapping[str, str], sender: str) -> bool:
    """Whether a mail of ``sender`` is a report of a mail server, such as that one came back."""
    is_report = headers.get("content-type", "").lower().startswith("multipart/report")
    is_daemon = bool(_DAEMON.fullmatch(sender.partition("@")[0]))
    return is_daemon or is_report or headers.get("return-path") == "<>"


def is_list_mail(headers: Mapping[str, str]) -> bool:
    """Whether a list sent it, or somebody to many."""
    return _precedence(headers) in _OF_LISTS or any(name in headers for name in _LIST_HEADERS)


def is_automatic_answer(headers: Mapping[str, str]) -> bool:
    """Whether a machine wrote it, most often since somebody is away."""
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    is_answer = any(name in headers for name in _ANSWER_HEADERS)
    return is_answer or submitted != "no" or _precedence(headers) == "auto_reply"


def suppresses_answers(headers: Mapping[str, str]) -> bool:
    """Whether it asks machines not to answer, as machines do."""
    return headers.get("x-auto-response-suppress", "").lower() in _SUPPRESSED


def has_marks_of_machine(text: str) -> bool:
    """Whether ``text``, of a mail that cannot be read, says that a machine sent it."""
    return bool(_MARKS.search(text))


def _precedence(headers: Mapping[str, str]) -> str:
    return headers.get("precedence", "").lower()
