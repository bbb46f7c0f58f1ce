"""The text of a mail: of those of its parts that are text, neither files nor mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from accounts.base.text import without_controls
from forum.incoming_mail.html_text import text_of_html
from forum.incoming_mail.list_footers import is_list_footer


def body_text(message: Message) -> str:
    """What its own parts say, one after another: of HTML alone, that of its HTML."""
    parts = list(_body_parts(message))
    plain = [_text_of_part(it) for it in parts if it.get_content_subtype() == "plain"]
    # A list adds its footer to a mail in HTML as a part of its own.
    if any(text.strip() and not is_list_footer(text) for text in plain):
        return "\n\n".join(plain)
    html = (it for it in parts if it.get_content_subtype() == "html")
    texts = [text_of_html(_decoded(it)) for it in html]
    return "\n\n".join(texts if any(texts) else plain)


def html_of(message: Message) -> str:
    """The HTML of its own parts, one after another; empty where it has none."""
    parts = (it for it in _body_parts(message) if it.get_content_subtype() == "html")
    return "\n".join(map(_decoded, parts))


def _body_parts(part: Message) -> Iterator[Message]:
    """The parts that are its text: neither files nor mails that it brings."""
    if part.get_content_type() == "message/rfc822":
        return
    if part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _body_parts(inner)
        return
    is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    if part.get_content_type() in ("text/plain", "text/html") and not is_file:
        yield part


def _decoded(part: Message) -> str:
    """The text of ``part`` by the encoding that it declares, or where that lies by another."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return without_controls(raw.decode(charset))
        except (LookupError, ValueError):
            continue
    return without_controls(raw.decode("cp1252", errors="replace"))


def _text_of_part(plain: Message) -> str:
    """Its text, lines joined again where ``format=flowed`` parted them (RFC 3676)."""
    text = _decoded(plain)
    if str(plain.get_param("format", "")).lower() != "flowed":
        return text
    deletes_space = str(plain.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    is_open = False
    for line in text.splitlines():
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
