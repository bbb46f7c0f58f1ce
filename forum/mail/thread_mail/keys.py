"""Keys in texts: of addresses to answer to, of pages that stop mail or act (``mail_links/``).

Whoever reads somebody's could stop their mails.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from forum.mail.thread_mail.models import KEY_PATTERN

_ADDRESS = re.compile(rf"\+({KEY_PATTERN})(?:\+(stop|follow))?@", re.IGNORECASE)
#: Of a thread, in an address or a page; of mails of a kind, in a page.
_OF_THREAD = rf"(?<=\+){KEY_PATTERN}(?=[@+])|(?<=/c/){KEY_PATTERN}\b"
_OF_SETTING = rf"(?<=/[bnr]/){KEY_PATTERN}\b"
#: What stands before a line that is quoted.
_MARKS = re.compile(r"^[>\s]+")
_THREAD_KEY = re.compile(_OF_THREAD, re.IGNORECASE)
_STOP_KEY = re.compile(_OF_SETTING, re.IGNORECASE)
#: What a link of a digest, or one that thanks, has signed.
_SIGNED = r"(?<=/[lft]/)\d+_[\w-]+:[\w-]+:[\w-]+"
_ANY_KEY = re.compile(f"{_OF_THREAD}|{_OF_SETTING}|{_SIGNED}", re.IGNORECASE)


def key_in_address(address: str) -> str:
    """The key that ``address`` has before its @; empty where it has none."""
    match = _ADDRESS.search(address)
    return match[1].lower() if match else ""


def request_in_address(address: str) -> str:
    """What a mail to ``address``, which has a key, asks for: "stop", "follow", "" to reply."""
    match = _ADDRESS.search(address)
    return (match[2] or "").lower() if match else ""


def has_key(text: str) -> bool:
    """Whether a key is in ``text``."""
    return bool(_ANY_KEY.search(text))


def lines_without_keys(lines: Sequence[str]) -> list[str]:
    """``lines`` but those with a key, also one that a mail program broke over two or three."""
    bare = [_MARKS.sub("", line).rstrip() for line in lines]
    dropped = {at for at, line in enumerate(bare) if has_key(line)}
    for length in (2, 3):
        for at in range(len(bare) - length + 1):
            together = range(at, at + length)
            if dropped.isdisjoint(together) and has_key("".join(bare[at : at + length])):
                dropped |= {*together}
    return [line for at, line in enumerate(lines) if at not in dropped]


def without_keys(text: str) -> str:
    """``text`` with dots for each key."""
    return _ANY_KEY.sub("…", text)


def thread_keys_in(text: str) -> set[str]:
    """What may be keys of people and threads."""
    return {key.lower() for key in _THREAD_KEY.findall(text)}


def stop_keys_in(text: str) -> set[str]:
    """What may be keys by which mails of a kind are stopped."""
    return {key.lower() for key in _STOP_KEY.findall(text)}
