"""What a post becomes when what was folded of its mail is put back."""

from __future__ import annotations

import re

from forum.incoming_mail.message import IncomingMail
from forum.incoming_mail.reply_text import Reply, extract_reply
from forum.thread_mail.models import KEY_PATTERN

_MAIL_ADDRESS = re.compile(r"<?\b[\w.+%-]{1,64}@[\w.-]{1,200}>?")
#: A key in an address to answer to, and in one that acts (``urls.py``, ``mail_links/``).
_KEY = re.compile(
    rf"\+{KEY_PATTERN}(\+\w+)?@|/[crn]/{KEY_PATTERN}\b|/[lf]/\d+_[\w-]+:[\w-]+:[\w-]+",
    re.IGNORECASE,
)
#: What announces a signature would make a heading of the line above it.
_DASHES = re.compile(r"^--[ \t]*$", re.MULTILINE)


def without_secrets(reply: Reply) -> Reply:
    """``reply`` with nothing of what our mail said below the post, and of others' addresses.

    Lines with a key would let any reader stop the mails of who answers; addresses in what is
    quoted are of people who have not shown them.
    """
    lines = []
    for line in reply.text.split("\n"):
        if not _KEY.search(line):
            is_quoted = line.lstrip().startswith(">")
            lines.append(_MAIL_ADDRESS.sub("…", line) if is_quoted else line)
    return reply._replace(text="\n".join(lines).strip())


def restored_text(raw: bytes, current: str, own_address: str) -> str:
    """The text of the mail ``raw`` as a post whose text is ``current``, nothing folded.

    All of it in its order, where the post is what was published; where that was edited since,
    what was folded stands below, once. Of addresses their own alone stays.
    """
    body = IncomingMail(raw).plain_text
    reply = extract_reply(body)
    whole, folded = _publishable(body, own_address), _publishable(reply.folded, own_address)
    if without_secrets(reply).text == current:
        return whole
    return current if current == whole or folded in current else f"{current}\n\n{folded}"


def _publishable(text: str, own_address: str) -> str:
    def masked(found: re.Match[str]) -> str:
        return found[0] if own_address.casefold() in found[0].casefold() else "…"

    lines = (line.rstrip() for line in text.splitlines() if not _KEY.search(line))
    kept = _DASHES.sub("", _MAIL_ADDRESS.sub(masked, "\n".join(lines)))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()
