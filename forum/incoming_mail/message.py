"""A mail as it came, and the plain text that is read of it."""

from __future__ import annotations

import re

from imap_tools import MailMessage

from forum.incoming_mail.html_text import text_of_html


def plain_text(raw: bytes) -> str:
    """What the mail ``raw`` (RFC 5322) says, as plain text: of HTML alone, that of its HTML."""
    message = MailMessage.from_bytes(raw)
    text = _unflowed(message) if message.text.strip() else ""
    return text or text_of_html(message.html)


def _unflowed(message: MailMessage) -> str:
    """The plain part, its lines joined again where ``format=flowed`` parted them (RFC 3676)."""
    plain = next(it for it in message.obj.walk() if it.get_content_type() == "text/plain")
    if str(plain.get_param("format", "")).lower() != "flowed":
        return str(message.text)
    deletes_space = str(plain.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    is_open = False
    for line in message.text.splitlines():
        depth, words = _quote_depth(line)
        if is_open and lines and _quote_depth(lines[-1])[0] == depth:
            lines[-1] = (lines[-1][:-1] if deletes_space else lines[-1]) + words
        else:
            lines.append(line)
        is_open = line.endswith(" ") and line != "-- "
    return "\n".join(lines)


def _quote_depth(line: str) -> tuple[int, str]:
    """How often ``line`` is quoted, and its words, without the space that stuffs them."""
    marks = re.match(">*", line)
    depth = marks.end() if marks else 0
    return depth, line[depth:].removeprefix(" ")
