"""Text that OpenPGP encrypted or signed within a mail, between lines of dashes (RFC 9580)."""

from __future__ import annotations

import re

_BEGIN, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_ENCRYPTED = re.compile(
    r"^-----BEGIN PGP MESSAGE(?:, PART \d+(?:/\d+)?)?-----[ \t]*$", re.MULTILINE
)
#: A line of the signed text that begins with a dash has one more before it.
_ESCAPED = "- "


def is_encrypted(text: str) -> bool:
    """Whether ``text`` has words that only whom they are encrypted for can read."""
    return bool(_ENCRYPTED.search(text))


def without_clear_signature(text: str) -> str:
    """``text`` without signatures, and what announces them, around words that all can read.

    Where one does not end, all stays.
    """
    if _BEGIN not in text or _END not in text:
        return text
    lines: list[str] = []
    signed_from: int | None = None
    signature_from: int | None = None
    for line in text.split("\n"):
        words = line.rstrip()
        if words == _BEGIN:
            signed_from, signature_from = len(lines), None
        elif words == _SIGNATURE and signed_from is not None:
            signature_from = len(lines)
        elif words == _END and signed_from is not None and signature_from is not None:
            lines[signed_from:] = _signed_lines(lines[signed_from + 1 : signature_from])
            signed_from = signature_from = None
            continue
        lines.append(line)
    return "\n".join(lines)


def _signed_lines(lines: list[str]) -> list[str]:
    """The ``lines`` as their writer had them, without those that say how they are signed."""
    at = 0
    while at < len(lines) and lines[at].strip() and ":" in lines[at]:
        at += 1
    return [line.removeprefix(_ESCAPED) for line in lines[at:]]
