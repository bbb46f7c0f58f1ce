"""What an archived mail itself says of whether its sender is who From names."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Whose mails are that failed: one author, without a name, whom nobody claims.
UNVERIFIED_ADDRESS = "unverified@archives.invalid"
UNVERIFIED_NAME = "Expéditeur non vérifié"
#: The headers in which mail servers say what they found (RFC 8601, 8617).
RESULT_HEADERS = ("authentication-results", "arc-authentication-results")
_FAILURE = re.compile(r"\bdmarc\s?=\s?fail\b", re.IGNORECASE)


def fails_dmarc(headers: Iterable[str]) -> bool:
    """Whether one of RESULT_HEADERS, each on one line, says that the mail failed DMARC.

    Whoever wrote it: what somebody else wrote there takes a name away and gives none.
    """
    return any(_FAILURE.search(value) for value in headers)
