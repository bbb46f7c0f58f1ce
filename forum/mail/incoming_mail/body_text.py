"""The text of a mail: of those of its parts that are text, neither files nor mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from accounts.base.text import without_controls, without_display_controls
from forum.mail.incoming_mail.charsets import decode
from forum.mail.incoming_mail.html_layout import lay_out
from forum.mail.incoming_mail.list_footers import is_list_footer
from forum.mail.incoming_mail.openpgp import without_clear_signature

#: Characters of the plain text of a mail that are read: ten times what a post may have.
MAX_LENGTH = 200_000
#: What stands where the rest is not read.
_CUT = "[…]"


def body_text(message: Message) -> str:
    """What its own parts say, one after another: of HTML alone, that of its HTML.

    It is cut after MAX_LENGTH, and says so.
    Without what would change how other characters are shown, and without clear signatures.
    """
    text = without_display_controls(_text_of(message))
    return without_clear_signature(without_controls(text))


def _text_of(message: Message) -> str:
    parts = list(_body_parts(message))
    plain = _plain_texts([it for it in parts if it.get_content_subtype() == "plain"])
    # A list adds its footer to a mail in HTML as a part of its own.
    if any(text.strip() and not is_list_footer(text) for text in plain):
        return "\n\n".join(plain)
    texts, _pictures = lay_out(html_of(message))
    return "\n\n".join(texts if any(texts) else plain)


def _plain_texts(parts: list[Message]) -> list[str]:
    """The texts of ``parts``, no further than MAX_LENGTH in all."""
    texts, remaining = [], MAX_LENGTH
    for part in parts:
        text = _text_of_part(part, remaining)
        texts.append(text if len(text) <= remaining else f"{text[:remaining]}\n{_CUT}")
        remaining -= len(text)
        if remaining <= 0:
            break
    return texts


def html_of(message: Message) -> list[str]:
    """The HTML of its own parts, one after another; empty where it has none."""
    parts = (it for it in _body_parts(message) if it.get_content_subtype() == "html")
    return list(map(decoded_part, parts))


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


def decoded_part(part: Message) -> str:
    """The text of ``part`` by the charset that it declares, or where that lies by another."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        if (text := decode(raw, charset)) is not None:
            return text
    return raw.decode("cp1252", errors="replace")


def _text_of_part(plain: Message, most: int) -> str:
    """Its text, lines joined again where ``format=flowed`` parted them (RFC 3676).

    Of a text that is longer than ``most``, one character more than that is given.
    """
    text = decoded_part(plain)[: most + 1]
    if str(plain.get_param("format", "")).lower() != "flowed":
        return text
    deletes_space = str(plain.get_param("delsp", "")).lower() == "yes"
    paragraphs: list[list[str]] = []
    open_depth = -1  # That of a line that the next one goes on with, if it is quoted as often.
    for line in text.splitlines():
        depth, words = _quote_depth(line)
        if depth == open_depth:
            if deletes_space:
                paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
            paragraphs[-1].append(words)
        else:
            paragraphs.append([line])
        open_depth = depth if line.endswith(" ") and line != "-- " else -1
    return "\n".join(map("".join, paragraphs))


def _quote_depth(line: str) -> tuple[int, str]:
    """How often ``line`` is quoted, and its words, without the space that stuffs them."""
    marks = re.match(">*", line)
    depth = marks.end() if marks else 0
    return depth, line[depth:].removeprefix(" ")
