"""Encryption of what is kept of authors, with keys that serve for nothing else."""

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def encrypt(values: dict[str, Any]) -> str:
    """``values`` as text that only FORUM_AUTHOR_RECORDS_KEY reads."""
    text = json.dumps(values, ensure_ascii=False)
    return _cipher(tuple(settings.FORUM_AUTHOR_RECORDS_KEYS)).encrypt(text.encode()).decode()


def decrypt(content: str) -> dict[str, Any] | None:
    """What was encrypted, with today's key or one from before; None where none reads it."""
    keys = tuple(settings.FORUM_AUTHOR_RECORDS_KEYS)
    if not keys:
        return None
    try:
        values: dict[str, Any] = json.loads(_cipher(keys).decrypt(content.encode()))
    except InvalidToken:
        return None
    return values


@lru_cache(4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    digests = (hashlib.sha256(f"author records:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
