"""Addresses of people in headers and texts: read where they are needed, masked for readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import getaddresses
from typing import NamedTuple

from forum.mail.incoming_mail.headers import decoded_header, readable_header

#: What stands for an address in a text that others read.
MASK = "[adresse masquée]"
_LOCAL, _DOMAIN = r"[\w.!#$&'*+/=?^`{|}~-]{1,64}", r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_AT = r"(?:@|%40|\s?[\[({]\s?(?:at|arobase|chez|à|@)\s?[\])}]\s?|\s(?:at|AT|arobase)\s)"
_DOTTED = r"[\w-]{1,63}(?:(?:\.|\s?[\[(]\s?(?:dot|point)\s?[\])]\s?)[\w-]{1,63}){1,8}"
_WRITTEN = re.compile(rf"<?(?:mailto:)?(?<![\w.]){_LOCAL}{_AT}{_DOTTED}>?", re.IGNORECASE)
#: In a header, between what parts addresses; as archives write one that is alone.
_ADDRESS = re.compile(
    rf"(?<![^\s<>(),;:\"\[\]])(?:[%\w.!#$&'*+/=?^`{{|}}~-]{{1,64}}|\"[^\"<>]{{1,62}}\")@{_DOMAIN}"
)
_HIDDEN_ADDRESS = re.compile(
    rf"(?:^|<)\s*({_LOCAL})(?:\s(?:at|chez|à|arobase)\s|\s?[\[(](?:at|arobase)[\])]\s?)({_DOMAIN})"
    r"\s*(?:$|>|\()",
    re.IGNORECASE,
)
_HIDDEN_AT = re.compile(r"\s?[\[(](?:at|arobase)[\])]\s?", re.IGNORECASE)
#: The last part in angle brackets, which programs take for the address.
_IN_ANGLES = re.compile(r"<([^<>]*)>[^<>]*$")
#: A quoted text, and whether an address follows; without its end, all that a quote begins.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?P<end>"@?)?')
_BRACKET = re.compile(r"([()])")
_ENCODED = re.compile(r"=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=", re.IGNORECASE)
#: What lists add to the name of a writer, so that mail passes as theirs (DMARC).
_VIA = re.compile(r"\s(?:via|par l.intermédiaire de)\s.*", re.IGNORECASE | re.DOTALL)
_MAX_HEADER = 2_000


def without_addresses(text: str, own: str = "") -> str:
    """``text`` with MASK for each address, also for those that are written to fool machines.

    ``own``: the one that stays, if any.
    """
    if not ("@" in text or "%40" in text or re.search(r"\b(?:at|arobase|chez)\b", text, re.I)):
        return text

    def masked(match: re.Match[str]) -> str:
        bare = match[0].strip("<>'*`").removeprefix("mailto:")
        return match[0] if own and bare.casefold() == own.casefold() else MASK

    return _WRITTEN.sub(masked, text)


class Author(NamedTuple):
    """A name and an address, in lower case, of a header such as From; each may be empty."""

    name: str
    address: str


def authors_of(headers: Sequence[str]) -> list[Author]:
    """Who wrote a mail with these From ``headers``, as they came; one for each address.

    Read as people's programs write them: commas and brackets in a name that nothing quotes,
    *jean at example.org* of archives, names that are encoded with their address. Whatever some
    program may take for an author is one here: of several, nobody can tell who wrote the mail.
    A header that has no address, or is longer than any person's, is of somebody unknown.
    """
    authors: dict[str, Author] = {}
    for header in headers:
        addresses = _addresses_in(header) or [""]
        for address in addresses:
            name = _name_beside(address, header) if len(addresses) == 1 else ""
            authors.setdefault(address, Author(name, address))
    return list(authors.values())


def named_address(header: str) -> Author:
    """The name and the address of ``header``, as it came; each is empty where there is none.

    Of several addresses none is taken. Lists add *via* and their own name. A name that is an
    address, or its first part, is none.
    """
    addresses = _addresses_in(header)
    address = addresses[0] if len(addresses) == 1 else ""
    return Author(_name_beside(address, header), address)


def named_addresses(header: str) -> list[Author]:
    """Whom ``header``, such as Reply-To, names, as ``named_address`` does; each address once.

    A name that cannot be told from the others is empty.
    """
    addresses = _addresses_in(header)
    if len(addresses) <= 1:
        return [Author(_name_beside(it, header), it) for it in addresses]
    try:
        pairs = getaddresses([readable_header(header)])
    except RecursionError:  # Groups in groups.
        pairs = []
    names = {address.lower(): name for name, address in pairs}
    return [Author(_name(decoded_header(names.get(it, "")), it), it) for it in addresses]


def says_via(header: str) -> bool:
    """Whether the name in ``header``, as it came, is one to which a list has added its own."""
    return bool(_VIA.search(decoded_header(header[:_MAX_HEADER])))


def _addresses_in(header: str) -> list[str]:
    """The addresses in ``header``, each once, in lower case.

    Those in quoted texts, comments and encoded words only where there is no other.
    """
    if len(header) > _MAX_HEADER:
        return []
    readable, decoded = readable_header(header), decoded_header(header)
    for text in (_without_opaque(readable), decoded):
        if addresses := _ADDRESS.findall(text):
            last = _IN_ANGLES.search(text)
            is_read = last is None or _ADDRESS.search(last[1])
            return (
                list(dict.fromkeys(it.lower().lstrip("'") for it in addresses))
                if is_read
                else []
            )
    hidden = _HIDDEN_ADDRESS.search(decoded)
    return [f"{hidden[1]}@{hidden[2]}".lower()] if hidden else []


def _without_opaque(header: str) -> str:
    """``header`` without what no program looks for addresses in."""
    header = _QUOTED.sub(lambda it: " " if it["end"] == '"' else it[0], header)
    return _without_comments(_ENCODED.sub(" ", header))


def _without_comments(header: str) -> str:
    """``header`` with a space for what is in brackets, which nest; one alone is no comment."""
    pieces: list[str] = []
    opened: list[int] = []
    for piece in _BRACKET.split(header):
        if piece == "(":
            opened.append(len(pieces))
        elif piece == ")" and opened:
            del pieces[opened.pop() :]
            piece = " "
        pieces.append(piece)
    return "".join(pieces)


def _name_beside(address: str, header: str) -> str:
    """The name that ``header`` gives to who has ``address``, which may be empty."""
    decoded = _HIDDEN_AT.sub("@", decoded_header(header[:_MAX_HEADER]))
    if match := _IN_ANGLES.search(decoded):
        return _name(decoded[: match.start()], address)
    if match := re.fullmatch(r"[^()]*\((.*)\)", decoded):
        return _name(match[1], address)
    return _name(decoded.replace(address, ""), address)


def _name(name: str, address: str) -> str:
    name = _VIA.sub("", " ".join(name.split()))
    first, _space, rest = name.partition(" ")
    if "@" in first[1:-1] and rest[:1] == "(" and rest[1:]:  # Sympa: address (name via list)
        name = rest[1:].rstrip(")")
    name = name.strip(" \"'“”()")
    is_address = "@" in name or without_addresses(name) != name
    is_part = name.casefold() == address.partition("@")[0].casefold()
    return "" if is_address or is_part else name
