"""What an archived mail itself says of whether its sender is who From names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from accounts.base.text import fold

#: Where the addresses of authors end whom nobody claims: reserved, so no mail comes there.
NOBODYS_DOMAIN = "archives.invalid"
#: Whose mails are that failed, or name nobody: one author, without a name.
UNVERIFIED_ADDRESS = f"unverified@{NOBODYS_DOMAIN}"
UNVERIFIED_NAME = "Expéditeur non vérifié"
#: The headers in which mail servers say what they found (RFC 8601, 8617).
RESULT_HEADERS = ("authentication-results", "arc-authentication-results")
_FAILURE = re.compile(r"\bdmarc\s?=\s?fail\b", re.IGNORECASE)


def fails_dmarc(headers: Iterable[str]) -> bool:
    """Whether one of RESULT_HEADERS, each on one line, says that the mail failed DMARC.

    Whoever wrote it: what somebody else wrote there takes a name away and gives none.
    """
    return any(_FAILURE.search(value) for value in headers)


def nobodys_address(name: str, list_address: str) -> str:
    """What stands for the address of who is called ``name`` on a list that wrote its own.

    The same for the same name. Nobody receives mail there, so nobody claims what they wrote.
    """
    digest = sha256(f"{list_address}\0{fold(name)}".encode("utf-8", "replace")).hexdigest()
    return f"{digest[:40]}@{NOBODYS_DOMAIN}"
