"""How mail programs introduce what they quote: attribution lines, headers, separators.

French ones first: those of Outlook, Orange, La Poste, SFR, Free, Zimbra, Thunderbird, Apple,
Gmail, Yahoo and Proton; then the languages that mail reaches a French network in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BEGINNINGS = (
    r"On|Le|Am|El|Il|Em|Op|Den|På|Dnia|W\s++dniu|Vào|Dana|Ngày|En\s++date\s++du|Selon|Quoting"
)
_VERBS = (
    r"wrote|sent|writes|a\s++[ée]crit|[ée]crivait|a\s++envoy[ée]|escribi[óo]|escreveu|ha\s++scritto"
    r"|schrieb|schreef|(?:het\s++volgende\s++)?geschreven|skrev|napisał\(?a?\)?|đã\s++viết"
)
_END = r"\s*+[:：]?\s*+-*+\s*+$"
#: *Le 12 mars 2026 à 10:00, Jeanne <…> a écrit :*, after dashes or nothing.
_DATED = re.compile(
    rf"^[-–>\s]*+(?:{_BEGINNINGS})\b\D*+\d.*\b(?:{_VERBS})(?:\s[^:]{{0,80}})?{_END}",
    re.IGNORECASE | re.DOTALL,
)
#: *Jeanne <jeanne@example.org> a écrit :* and *Jeanne a écrit le 12/03/2026 :*.
_NAMED = re.compile(
    rf"^[-–>\s]*+.{{0,120}}(?:<[^<>@]*+@[^<>]*+>|\([^()@]*+@[^()]*+\))[^:]{{0,60}}(?:{_VERBS}){_END}"
    rf"|^\s*+\S.{{0,80}}\s(?:{_VERBS})\s++(?:le|on|am)\s.{{0,30}}\d.{{0,60}}[:：]\s*+$"
    rf"|^\s*+\S.{{0,80}}\s(?:{_VERBS})\s++\(.{{0,30}}\d.{{0,60}}\)\s*+[:：]\s*+$"
    rf"|^\s*+Quoting\s.{{0,120}}[:：]\s*+$",
    re.IGNORECASE | re.DOTALL,
)
#: *2026-03-12 10:00 GMT+01:00 Jeanne <jeanne@example.org>:*
_ISO_DATED = re.compile(
    r"^\s*+\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.{0,120}<\s*+[^<>\s@]++@[^<>\s]++\s*+>\s*+:?\s*+$",
    re.DOTALL,
)
#: *---- Jeanne a écrit ----*
#: In whatever language: a moment, and an address in angles.
_TIME, _ADDRESS = re.compile(r"\d{1,2}[:.hH]\d{2}"), re.compile(r"<[^<>\s@]++@[^<>\s]++>")
_DASHED = re.compile(
    rf"^\s*+[-–]{{2,}}+\s*+.{{1,200}}\s(?:{_VERBS})\s*+:?\s*+[-–]{{2,}}+\s*+$", re.IGNORECASE
)
#: Where lines that belong together begin.
_MAY_BEGIN = re.compile(
    rf"^[-–>\s]*+(?:(?:{_BEGINNINGS})\b|\d{{4}}[-/.]|.{{0,80}}<[^<>]*+$|[^<]*+<[^@]*+@.*>\s*+$)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\s*+[-_–*]{2,}+\s*+(?:(?:Original|Reply|Ursprüngliche|Antwort|Oprindelig)\s++"
    r"(?:Message|Nachricht|meddelelse)|(?:Message|Mail|Courriel|E-?mail|Courrier)\s++"
    r"(?:d['’]\s*+origine|original|initial|de\s++d[ée]part|pr[ée]c[ée]dent)|Original-Nachricht"
    r"|Origineel\s++bericht|Mensaje\s++original|Messaggio\s++originale|Mensagem\s++original"
    r"|Ursprungligt\s++meddelande|Oprindelig\s++besked)(?:\s++du\s.{0,40})?\s*+[-_–*]{2,}+\s*+$"
    r"|^>>>\s.{2,120}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.{0,20}>>>\s*+$"
    r"|^[>\s]*+Message\s++du\s*+:?\s*+\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b.{0,40}$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^[>\s]*+[-_–*]*+\s*+(?:Begin\s++forwarded\s++message|Forwarded\s++message|Forwarded\s++by\s.{1,80}"
    r"|Message\s++transf[ée]r[ée]|Mail\s++transf[ée]r[ée]|Courriel\s++transf[ée]r[ée]"
    r"|D[ée]but\s++du\s++message\s++(?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])"
    r"|Weitergeleitete\s++Nachricht|Doorgestuurd\s++bericht|Anfang\s++der\s++weitergeleiteten\s++"
    r"(?:E-Mail|Nachricht)|Mensaje\s++reenviado|Messaggio\s++inoltrato|Videresendt\s++meddelelse"
    r"|Vidarebefordrat\s++meddelande)\s*+[:：]?\s*+[-_–*]*+\s*+$",
    re.IGNORECASE,
)
_FROM = r"From|De|Von|Da|Van|Från|Fra|Od|Expéditeur|Expediteur|Exp|Lähettäjä|От"
_DATE = (
    r"Date|Sent|Envoyée?(?:\s++le)?|Envoye(?:\s++le)?|Gesendet|Datum|Skickat|Sendt|Dato|Fecha|Data"
    r"|Enviado(?:\s++el)?|Inviato|Verzonden|Message\s++du|Reçu(?:\s++le)?|Отправлено|Дата"
)
_TO = r"To|[ÀA]|À|Destinataires?|Pour|An|Aan|Till|Til|Para|Do|Dest|Кому"
_OTHER = (
    r"Subject|Objet|Sujet|Betreff|Onderwerp|Ämne|Emne|Asunto|Assunto|Oggetto|Temat|Тема|Cc|Cci|Bcc"
    r"|Copie(?:\s++à)?|Copie\s++cachée|Kopie|Kopi|Reply-To|Répondre\s++à|Attachments?"
    r"|Pi[èe]ces?\s++jointes?|Importance|Priorité|Message-ID"
)
_HEADER = re.compile(
    rf"^[>\s|]*+[*_]{{0,2}}(?:(?P<sender>{_FROM})|(?P<date>{_DATE})|(?P<to>{_TO})"
    rf"|(?P<other>{_OTHER}))[*_]{{0,2}}\s*+[:：][*_]{{0,2}}(?:\s|$)",
    re.IGNORECASE,
)
#: A year, or a time of day.
_MOMENT = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}\s?[:hH]\s?\d{2}|\d{1,2}/\d{1,2}/\d{2}")
_RULE = re.compile(r"^\s*+(?:_{5,}|-{5,}|\*{5,}|={5,})\s*+$")
#: Lines that one attribution may take, and lines of a header that continue the one before.
_MAX_LINES, _MAX_CONTINUED = 5, 2


#: Characters of an attribution: of more no program's is, and expressions would take long.
_MAX_LENGTH = 300
#: Characters of a mail that are tried, those of a line as often as it is.
_MAX_TRIED = 400_000


class AttributionBudget:
    """The characters of one mail in which attributions may still be looked for."""

    def __init__(self) -> None:
        self._left = _MAX_TRIED

    def spend(self, text: str) -> bool:
        """Take the length of ``text`` from it; return whether something is left."""
        self._left -= len(text)
        return self._left > 0


def attribution_length(lines: Sequence[str], at: int, budget: AttributionBudget) -> int:
    """Over how many lines, from ``at`` on, it is said who wrote what follows; 0 for none.

    A blank line within is taken with them: some programs fold addresses so. None is found once
    the ``budget`` of the mail is spent.
    """
    first = _short(lines[at])
    if not first:
        return 0
    if _DASHED.match(first):
        return 1
    for length in (1, 2):
        if _says_when_and_who(lines[at : at + length]) and _is_quoted_next(lines, at + length):
            return length
    if not budget.spend(first):
        return 0
    if not _MAY_BEGIN.match(first) and not _NAMED.match(first):
        return 0
    joined = ""
    for number, line in enumerate(lines[at : at + 2 * _MAX_LINES]):
        if number >= _MAX_LINES and "<" not in joined:
            break
        is_folded = "<" in joined or _is_open(lines, at, number)
        if number and not line.strip() and not is_folded:
            break
        joined = f"{joined}\n{line.lstrip('> ')}" if number else first
        if len(joined) > _MAX_LENGTH:
            break
        may_end = joined.rstrip().endswith((":", "：", "-")) or "\n" not in joined
        if may_end and not budget.spend(joined):
            break
        if may_end and any(pattern.match(joined) for pattern in (_DATED, _NAMED, _ISO_DATED)):
            return number + 1
    return 0


def _short(line: str) -> str:
    """``line`` without what it is indented by; empty where it is too long to announce."""
    line = line.strip() if len(line) <= 4 * _MAX_LENGTH else ""
    return line if len(line) <= _MAX_LENGTH else ""


def _says_when_and_who(lines: Sequence[str]) -> bool:
    """Whether ``lines`` are a moment, on the first of them, an address and a colon."""
    short = list(map(_short, lines))
    if not all(short) or not short[-1].endswith((":", "：")):
        return False
    is_addressed = _ADDRESS.search("\n".join(short).replace("<\n", "<"))
    return bool(_TIME.search(short[0]) and is_addressed)


def _is_quoted_next(lines: Sequence[str], at: int) -> bool:
    following = (line for line in lines[at : at + 3] if line.strip())
    return is_marked(next(following, ""))


def _is_open(lines: Sequence[str], at: int, number: int) -> bool:
    """Whether an address is begun after the blank line ``number``."""
    return any(line.strip() == "<" for line in lines[at + number : at + number + 2])


def header_length(lines: Sequence[str], at: int) -> int:
    """Over how many lines, from ``at`` on, the header of a quoted mail goes; 0 for none.

    It says from which address the mail was, or from whom and when, or when and to whom, in
    lines one after another: *De : la mairie* alone is somebody's own.
    """
    kinds: set[str] = set()
    length = continued = 0
    has_address = has_moment = False
    for number, line in enumerate(lines[at : at + 20]):
        if match := _HEADER.match(line[:_MAX_LENGTH]):
            kind = match.lastgroup or ""
            kinds.add(kind)
            length, continued = number + 1, 0
            has_address |= kind == "sender" and "@" in line
            has_moment |= kind == "date" and bool(_MOMENT.search(line[:_MAX_LENGTH]))
        elif line.strip(" >") and kinds and continued < _MAX_CONTINUED:
            continued += 1
            has_address |= kinds == {"sender"} and "@" in line
        elif not kinds or line.strip(" >") or continued or len(kinds) > 1 or number > length:
            break
    is_dated = has_moment and ("sender" in kinds or "to" in kinds)
    return length if has_address or is_dated else 0


def is_original_message(line: str) -> bool:
    """Whether ``line`` says that the mail that is answered follows."""
    return bool(_ORIGINAL.match(_short(line)))


def is_forwarded_message(line: str) -> bool:
    """Whether ``line`` says that a mail of somebody else follows."""
    return bool(_FORWARDED.match(_short(line)))


def is_marked(line: str) -> bool:
    """Whether ``line`` has a mark of what is quoted before it."""
    return line.lstrip().startswith(">")


def is_rule(line: str) -> bool:
    """Whether ``line`` is drawn across, as programs do above the header of what they quote."""
    return bool(_RULE.match(line))


def shared_line(line: str) -> tuple[str, str] | None:
    """What is written before an attribution on its own line, and that; or None."""
    match = _SHARED.match(_short(line))
    return (match["before"].rstrip(" -"), match["attribution"]) if match else None


_SHARED = re.compile(
    rf"^(?P<before>.*?\S)(?:\s++|-{{2,}}+\s*+)(?P<attribution>(?:On|Le)\s[^>]{{0,40}}\d.{{0,160}}"
    rf"\b(?:{_VERBS})\s*+[:：]\s*+)$"
)
