"""The code that proves that one receives mail at an address, kept in one's session."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string

#: Seconds for which a code is valid; wrong ones, after which another has to be asked for.
LIFETIME, MAX_WRONG = 15 * 60, 3
#: Letters and digits that nobody takes for others.
_LETTERS, _LENGTH = "BCDFGHJKLMNPQRSTVWXZ23456789", 8
_KEY = "claim_code"


def new_code(request: HttpRequest, address: str) -> str:
    """A code for ``address``, the only one that the session now holds."""
    code = get_random_string(_LENGTH, _LETTERS)
    request.session[_KEY] = {"code": code, "address": address, "at": time.time(), "wrong": 0}
    return f"{code[:4]}-{code[4:]}"


def address_of_code(request: HttpRequest) -> str:
    """The address for which a code was made that still holds; empty where there is none."""
    stored: dict[str, Any] = request.session.get(_KEY) or {}
    is_fresh = stored and time.time() - stored["at"] <= LIFETIME
    return str(stored["address"]) if is_fresh else ""


def take_code(request: HttpRequest, submitted: str) -> bool:
    """Whether ``submitted`` is the code; right or wrong too often, it is forgotten."""
    if not address_of_code(request):
        return False
    stored = request.session[_KEY]
    code = "".join(letter for letter in submitted.upper() if letter.isalnum())
    is_right = constant_time_compare(code, stored["code"])
    stored["wrong"] += 1
    if is_right or stored["wrong"] >= MAX_WRONG:
        del request.session[_KEY]
    else:
        request.session[_KEY] = stored
    return is_right
