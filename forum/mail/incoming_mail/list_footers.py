"""What mailing lists add below each mail: the list, and how to leave it.

Mailman draws a rule of ``_`` above it, Sympa and Framalistes whatever the owner of the list
chose. Only what names the list's own doings goes; a rule or two dashes alone are the writer's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKS = re.compile(r"^[>\s]*")
#: What begins a footer: a rule, or the two dashes of a signature.
_RULE = re.compile(r"^(?:_{10,}|-{2,}|={5,}|\*{5,})$")
_OF_LIST = re.compile(
    r"mailing[ -]list|liste? de (?:diffusion|discussion)|abonn[ée]·?e?s? à la liste|listinfo"
    r"|d[ée]s(?:abonn|inscri)|se d[ée]sinscrire|unsubscribe|quitter (?:la|cette) liste"
    r"|/sympa\b|/wws?/|framalistes?\b|\S -- \S+@\S|mailman|archives? de la liste",
    re.IGNORECASE,
)
#: Lines of a footer at most; below the writer's signature a rule is further from its words.
_MAX_LINES = 12
#: Below a rule of ``_`` the name of the list comes within so many.
_MAX_BEFORE = 3


def without_list_footers(text: str) -> str:
    """``text`` without footers of lists: the last one, and those in what is quoted."""
    lines = text.split("\n")
    body_lines: list[str] = []
    at = 0
    while at < len(lines):
        if length := _footer_length(lines, at):
            at += length
        else:
            body_lines.append(lines[at])
            at += 1
    return "\n".join(body_lines).rstrip()


def is_list_footer(text: str) -> bool:
    """Whether ``text``, such as a part of a mail, is a footer of a list and nothing else."""
    return bool(text.strip()) and not without_list_footers(text).strip()


def _footer_length(lines: Sequence[str], at: int) -> int:
    """Over how many lines a footer goes that begins at ``at``; 0 where none does."""
    if not _RULE.match(_words(lines[at])):
        return 0
    depth = _depth(lines[at])
    end = at + 1
    while end < len(lines) and end - at <= _MAX_LINES and _words(lines[end]):
        if _depth(lines[end]) != depth:
            break
        end += 1
    footer = [_words(it) for it in lines[at + 1 : end]]
    is_plain_rule = _words(lines[at]).startswith("_")
    looked_at = footer[:_MAX_BEFORE] if is_plain_rule else footer[: _MAX_BEFORE + 1]
    if not any(map(_OF_LIST.search, looked_at)):
        return 0
    while end < len(lines) and end - at <= _MAX_LINES and _is_rest(lines, end, depth):
        end += 1
    return end - at


def _is_rest(lines: Sequence[str], at: int, depth: int) -> bool:
    """Whether the line is blank, or goes on with how to leave the list."""
    if _depth(lines[at]) != depth and _words(lines[at]):
        return False
    return not _words(lines[at]) or bool(_OF_LIST.search(lines[at]))


def _words(line: str) -> str:
    return _MARKS.sub("", line).strip()


def _depth(line: str) -> int:
    marks = _MARKS.match(line)
    return marks[0].count(">") if marks else 0
