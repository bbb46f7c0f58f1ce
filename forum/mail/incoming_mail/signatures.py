"""Signatures, and what programs add below what someone wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from forum.mail.incoming_mail.list_footers import is_list_footer

#: Two dashes alone, as RFC 3676 (4.3) has them.
_DELIMITER = re.compile(r"^--\s*+$")
#: *-Jeanne Dupont*: a name right after a dash, at the end and by itself.
_DASHED_NAME = re.compile(r"^-[A-ZÀ-Ý][\w’'.-]*(?:\s[A-ZÀ-Ý][\w’'.-]*){0,2}\s*+$")
_PROGRAMS = (
    r"(?:Outlook|Yahoo|Proton|Samsung|Mailbox|Mail\b|Gmail|Spark|Thunderbird|BlueMail|Courrier"
    r"|Acompli|Sparrow|iCloud|Galaxy|Orange|Windows|eM\s++Client|K-9)"
)
_ADDED = re.compile(
    r"^\s*+(?:"
    r"Envoyée?\s++(?:(?:de|depuis|[àa]\s++partir\s++de)\s++(?:mon|ma)\s.{2,60}"
    r"|(?:de|depuis|avec|via|par|[àa]\s++partir\s++de)\s++(?:"
    rf"l['’](?:application|appli|adresse)|la\s++messagerie|{_PROGRAMS})\b.{{0,100}}|sans\s++fil.{{0,100}})"
    rf"|Sent\s++(?:from|with|using|via)\s++(?:{_PROGRAMS}|a\s++mobile).{{0,60}}"
    r"|Sent\s++from\s++my(?:\s++[\w'’-]++){1,5}+\s*+[.!]?|Sent\s++wirelessly\s.{2,100}"
    r"|(?:Obtenir|T[ée]l[ée]charge[rz]|Get)\s++Outlook\s.{2,120}"
    r"|Provenance\s*+:\s*+Courrier.{0,80}|Sent\s++Mail.{0,60}"
    r"|(?:Gesendet|Von\s++meinem)\s.{2,100}gesendet.{0,20}|Von\s++meinem\s.{2,60}\sgesendet"
    r"|Enviado\s++(?:desde|do|de)\s.{2,100}|Inviato\s++da\s.{2,80}|Verzonden\s++(?:vanaf|met)\s.{2,80}"
    r"|Skickat\s++från\s.{2,80}|Sendt\s++fra\s.{2,80}|Wysłane\s++z\s.{2,80}"
    r"|(?:Garanti\s++sans\s++virus|Virus-free)\b.{0,120}"
    r"|(?:Cet|Ce)\s++(?:e-?mail|courriel|message|courrier\s++[ée]lectronique)\s++(?:a\s++[ée]t[ée]\s++"
    r"(?:v[ée]rifi[ée]|analys[ée])|ne\s++contient\s++aucun\s++virus).{0,160}"
    r"|(?:https?://)?www\.(?:avast|avg)\.com.{0,120}"
    r")\s*+$",
    re.IGNORECASE,
)
#: Characters of a line that programs add.
_MAX_ADDED = 300
#: Lines of a signature: of more, the delimiter is taken as the writer's own.
_MAX_LINES = 15


def body_length(lines: Sequence[str]) -> int:
    """How many of ``lines`` come before the signature and what programs add; never none."""
    end = _without_blank(lines, len(lines))
    for at in range(max(0, end - _MAX_LINES), end):
        if _DELIMITER.match(lines[at]) or is_list_footer("\n".join(lines[at:end])):
            end = at
            break
    end = _without_blank(lines, end)
    while end and (_is_added(lines[end - 1]) or _is_dashed_name(lines, end - 1)):
        end = _without_blank(lines, end - 1)
    return end or len(lines)


def is_signature(lines: Sequence[str]) -> bool:
    """Whether ``lines`` hold a signature, or what programs add, and nothing before it."""
    return body_length(["", "·", *lines]) <= 2


def _without_blank(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _is_added(line: str) -> bool:
    """Whether ``line`` is what a program adds below what someone wrote."""
    return len(line) <= _MAX_ADDED and bool(_ADDED.match(line))


def _is_dashed_name(lines: Sequence[str], at: int) -> bool:
    """Whether a name after a dash stands there by itself, and no list of such lines."""
    return at > 0 and not lines[at - 1].strip() and bool(_DASHED_NAME.match(lines[at]))
