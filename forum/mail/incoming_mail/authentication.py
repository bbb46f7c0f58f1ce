"""What a mail server found of who sent a mail: Authentication-Results (RFC 8601).

Anybody may write such a header; the one of our own server is believed, which is known by its
name (authserv-id) and takes away what others wrote under it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: A header that is longer is read by nobody.
_MAX_LENGTH = 20_000
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_METHOD = re.compile(r"\s*([A-Za-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([A-Za-z][\w-]*)(?=\s|$)")
_PROPERTY = re.compile(r"(?<=\s)([A-Za-z][\w-]*)\s*\.\s*([\w-]+)\s*=\s*(\S+)")


class MethodResult(NamedTuple):
    """What one ``method`` gave; ``properties``: of what, such as ``header.from``."""

    method: str
    result: str
    properties: dict[str, str]


class AuthenticationResults(NamedTuple):
    """One header: whose it is, and the results in it. All in lower case."""

    authserv_id: str
    results: list[MethodResult]


def parse_authentication_results(value: str) -> AuthenticationResults | None:
    """The header ``value``; None where it is none that the standard knows, or of nobody."""
    if len(value) > _MAX_LENGTH or (bare := _without_comments(value)) is None:
        return None
    strings: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        strings.append(re.sub(r"\\(.)", r"\1", match[1]))
        return f"\x00{len(strings) - 1}\x00"

    first, *parts = _QUOTED.sub(set_aside, bare).split(";")
    names = first.split()
    if '"' in first or not 1 <= len(names) <= 2:
        return None
    results = []
    for part in parts:
        if method := _METHOD.match(part):
            properties = {
                f"{it[1]}.{it[2]}".lower(): _whole(it[3], strings)
                for it in _PROPERTY.finditer(part, method.end())
            }
            results.append(MethodResult(method[1].lower(), method[2].lower(), properties))
    authserv_id = _whole(names[0], strings).strip()
    return AuthenticationResults(authserv_id, results) if authserv_id else None


def passes_dmarc(headers: Sequence[str], authserv_id: str, domain: str) -> bool:
    """Whether the server ``authserv_id`` says that who sent from ``domain`` may (RFC 7489).

    ``headers``: those of the mail, the topmost first, of which the first that tells counts.
    Where no server is named, none is believed.
    """
    result = _dmarc_result(headers, authserv_id)
    return result is not None and result.result == "pass" and _is_about(result, domain)


def fails_dmarc(headers: Sequence[str], authserv_id: str, domain: str) -> bool:
    """Whether that server says that they may not, or says it of another domain.

    Of a domain that asks for nothing, or where it says nothing, neither holds.
    """
    result = _dmarc_result(headers, authserv_id)
    return result is not None and (result.result == "fail" or not _is_about(result, domain))


def _dmarc_result(headers: Sequence[str], authserv_id: str) -> MethodResult | None:
    """What the server says first of DMARC; None where it says nothing, or none is named."""
    if not authserv_id.strip():
        return None
    for value in headers:
        parsed = parse_authentication_results(value)
        if parsed is None or parsed.authserv_id != authserv_id.lower():
            continue
        for result in parsed.results:
            if result.method == "dmarc":
                return result
    return None


def _is_about(result: MethodResult, domain: str) -> bool:
    about = result.properties.get("header.from", domain)
    return about.rpartition("@")[2] == domain.lower()


def _whole(text: str, strings: Sequence[str]) -> str:
    return re.sub(r"\x00(\d+)\x00", lambda it: strings[int(it[1])], text).lower()


def _without_comments(value: str) -> str | None:
    """``value`` without comments, which nest; None where one does not end."""
    chars, depth, is_quoted, is_escaped = [], 0, False, False
    for char in value.replace("\x00", ""):
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = is_quoted or depth > 0
        elif char == '"' and depth == 0:
            is_quoted = not is_quoted
        elif char == "(" and not is_quoted:
            depth += 1
            continue
        elif char == ")" and depth > 0:
            depth -= 1
            chars.append(" ")
            continue
        if depth == 0:
            chars.append(char)
    return None if depth or is_quoted else "".join(chars)
