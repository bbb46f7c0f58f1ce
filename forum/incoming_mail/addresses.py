"""Addresses of people in headers and texts: read where they are needed, masked for readers."""

from __future__ import annotations

import re

#: What stands for an address in a text that others read.
MASK = "[adresse masquée]"
_LOCAL, _DOMAIN = r"[\w.!#$&'*+/=?^`{|}~-]{1,64}", r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_AT = r"(?:@|%40|\s?[\[({]\s?(?:at|arobase|chez|à|@)\s?[\])}]\s?|\s(?:at|AT|arobase)\s)"
_DOTTED = r"[\w-]{1,63}(?:(?:\.|\s?[\[(]\s?(?:dot|point)\s?[\])]\s?)[\w-]{1,63}){1,8}"
_WRITTEN = re.compile(rf"<?(?:mailto:)?(?<![\w.]){_LOCAL}{_AT}{_DOTTED}>?", re.IGNORECASE)
_HIDDEN_AT = re.compile(r"\s(?:at|chez|à|arobase)\s|\s?[\[(](?:at|arobase)[\])]\s?", re.I)
_ADDRESS = re.compile(rf"{_LOCAL}@{_DOMAIN}")
#: What lists add to the name of a writer, so that mail passes as theirs (DMARC).
_VIA = re.compile(r"\s(?:via|par l.intermédiaire de)\s.*$", re.IGNORECASE)
_MAX_HEADER = 2_000


def without_addresses(text: str, own: str = "") -> str:
    """``text`` with MASK for each address, also for those that are written to fool machines.

    ``own``: the one that stays, if any.
    """
    if not ("@" in text or "%40" in text or re.search(r"\b(?:at|arobase|chez)\b", text, re.I)):
        return text

    def masked(found: re.Match[str]) -> str:
        bare = found[0].strip("<>'*`").removeprefix("mailto:")
        return found[0] if own and bare.casefold() == own.casefold() else MASK

    return _WRITTEN.sub(masked, text)


def named_address(header: str) -> tuple[str, str]:
    """The name and the address, in lower case, of a decoded ``header`` such as From.

    Each is empty where there is none. Archives write addresses as *jean at example.org*; lists
    add *via* and their own name. A name that is an address, or its first part, is none.
    """
    header = " ".join(header[:_MAX_HEADER].split())
    if found := re.search(r"<([^<>]*)>[^<>]*$", header):
        name, given = header[: found.start()], found[1]
    elif found := re.fullmatch(r"([^()]*)\((.*)\)", header):
        given, name = found[1], found[2]
    else:
        given, name = header, ""
    address = _ADDRESS.fullmatch(_HIDDEN_AT.sub("@", given.strip().removeprefix("mailto:")))
    if address is None and not name:
        name = given
    return _name(name, address[0] if address else ""), address[0].lower() if address else ""


def _name(name: str, address: str) -> str:
    name = _VIA.sub("", " ".join(name.split()))
    if inner := re.fullmatch(r"\S+@\S+\s+\((.+)\)?", name):  # Sympa: address (name via list)
        name = inner[1].rstrip(")")
    name = name.strip(" \"'“”()")
    is_address = "@" in name or without_addresses(name) != name
    is_part = name.casefold() == address.partition("@")[0].casefold()
    return "" if is_address or is_part else name
