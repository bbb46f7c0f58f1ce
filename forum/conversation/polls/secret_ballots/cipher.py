"""Encryption of the ballots of an open poll, all together."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

#: Digits of a ballot: a sum of powers of two, one for each of at most ten choices.
_DIGITS = 4


def seal(ballots: Iterable[list[int]], voter_count: int) -> str:
    """``ballots`` encrypted: as long whatever and however many they are, up to all voters.

    They are sorted, so that their order says nothing, and the text bears no time.
    """
    sums = sorted(sum(1 << number for number in chosen) for chosen in ballots)
    text = "".join(f"{one:0{_DIGITS}}" for one in sums).rjust(_DIGITS * voter_count, "0")
    return _cipher().encrypt_at_time(text.encode(), 0).decode()


def unseal(sealed: str) -> list[list[int]] | None:
    """The ballots that were sealed; None where no key of the site reads them."""
    try:
        text = _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
    return list(_ballots_in(text))


def _ballots_in(text: str) -> Iterator[list[int]]:
    for start in range(0, len(text), _DIGITS):
        if one := int(text[start : start + _DIGITS]):
            yield [number for number in range(one.bit_length()) if one >> number & 1]


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"ballots:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
