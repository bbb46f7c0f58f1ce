"""What addresses in mails say, signed: whose they are, and of what; for a time.

A key of its own for each line of a digest would be rows without number, and the key of a
thread would thank for any of its posts. These addresses stand in bodies only, where they may
be long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import TimestampSigner

#: For how long they are good: as long as it is known which digests were sent.
MAX_AGE = timedelta(days=60)
_DIGEST = TimestampSigner(salt="thread_mail.digest_told")
_PROPOSED = TimestampSigner(salt="thread_mail.thread_proposed")
_THANKS = TimestampSigner(salt="thread_mail.thanks")


@dataclass(frozen=True)
class DigestNews:
    """What a digest told a person: threads up to posts, and notifications until a moment."""

    person_id: int
    until: datetime
    numbers: dict[int, int]


def sign_digest(news: DigestNews) -> str:
    """What stands for ``news`` in an address."""
    moment = int(news.until.timestamp() * 1_000)
    threads = (f"{thread}-{number}" for thread, number in news.numbers.items())
    return _DIGEST.sign("_".join([str(news.person_id), str(moment), *threads]))


def read_digest(token: str) -> tuple[int, DigestNews]:
    """The id of the person, and what they were told.

    Raise BadSignature where it is forged, SignatureExpired where it is old.
    """
    person, moment, *threads = _DIGEST.unsign(token, MAX_AGE).split("_")
    numbers = (pair.split("-") for pair in threads)
    until = datetime.fromtimestamp(int(moment) / 1_000, UTC)
    last_numbers = {int(thread): int(number) for thread, number in numbers}
    return int(person), DigestNews(int(person), until, last_numbers)


def sign_proposed(person_id: int, thread_id: int) -> str:
    """What stands for a thread that a digest proposes to a person."""
    return _PROPOSED.sign(f"{person_id}_{thread_id}")


def read_proposed(token: str) -> tuple[int, int]:
    """The ids of the person and of the thread; raise as ``read_digest``."""
    person, thread = _PROPOSED.unsign(token, MAX_AGE).split("_")
    return int(person), int(thread)


def sign_thanks(person_id: int, post_id: int) -> str:
    """What stands for a post that a mail brought to a person, who may thank for it."""
    return _THANKS.sign(f"{person_id}_{post_id}")


def read_thanks(token: str) -> tuple[int, int]:
    """The ids of the person and of the post; raise as ``read_digest``."""
    person, post = _THANKS.unsign(token, MAX_AGE).split("_")
    return int(person), int(post)
