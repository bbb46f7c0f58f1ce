"""Sections of man pages: the words of their roff source, without what sets them."""

import re

from bench.search.sections import Section

#: Sections that say the same in all pages.
_SAME = {"AUTEUR", "AUTEURS", "COPYRIGHT", "TRADUCTION", "VOIR AUSSI", "SIGNALER DES BOGUES",
         "SYNOPSIS", "NOM", "COLOPHON", "BIBLIOTHÈQUE", "STANDARDS", "TRADUCTEURS"}  # fmt: skip
_FONT = re.compile(r"\\f(?:\[[^]]*\]|\(..|.)|\\s[-+]?\d+|\\m\[[^]]*\]")
_NAMED = re.compile(r"\\\*\(..|\\\*\[[^]]*\]|\\\*.")
_ENTITIES = {"aq": "'", "dq": '"', "lq": "“", "rq": "”", "oq": "‘", "cq": "’", "bu": "•",
             "em": "—", "en": "–", "hy": "-", "rs": "\\", "ha": "^", "ti": "~", "co": "©",
             "Fo": "«", "Fc": "»", "oe": "œ", "->": "→", "<=": "≤", ">=": "≥", "ga": "`",
             "at": "@", "mu": "×", "+-": "±", "pl": "+", "mi": "-", "de": "°"}  # fmt: skip
_TEXT_MACROS = {"B", "I", "BR", "BI", "IR", "IB", "RB", "RI", "SM", "SB", "Nm", "Fl", "Ar",
                "Cm", "Pa", "Xr", "Em", "Sy", "Li", "Dv", "Va", "Fn", "Ft", "IP"}  # fmt: skip
_BREAKS = {"PP", "P", "LP", "TP", "IP", "RS", "RE", "HP", "TQ", "nf", "fi", "sp", "Pp", "It",
           "Bl", "El", "br", "EX", "EE", "in"}  # fmt: skip


def man_sections(source):
    """The sections of a man page that say something of their own, below its name."""
    reader = _Reader()
    for line in source.splitlines():
        reader.read(line)
    reader.end_paragraph()
    found = reader.sections
    name = next((" ".join(one.paragraphs) for one in found
                 if one.headings[-1].upper() in ("NOM", "NAME")), "")  # fmt: skip
    name = _short(name)
    kept = [one for one in found if one.headings[0].upper() not in _SAME]
    return [Section((name, *one.headings), one.paragraphs) for one in kept] if name else []


class _Reader:
    """Gathers text below headings, line by line."""

    def __init__(self):
        self.sections, self._text, self._is_skipping = [], [], False

    def read(self, line):
        """Take in one line of the source."""
        if line.startswith(('.\\"', "'\\\"", "'\\", ".\\")):
            return
        if line.startswith((".TS", ".de ", ".ig")):
            self._is_skipping = True
        if self._is_skipping:
            self._is_skipping = not line.startswith((".TE", ".."))
        elif line.startswith((".", "'")):
            macro, _space, rest = line[1:].strip().partition(" ")
            self._obey(macro, rest)
        elif line.strip():
            self._text.append(_plain(line))
        else:
            self.end_paragraph()

    def _obey(self, macro, rest):
        if macro in ("SH", "SS", "Sh", "Ss"):
            self.end_paragraph()
            above = _above(self.sections, macro)
            self.sections.append(Section((*above, _plain(_arguments(rest)))))
        elif macro in _BREAKS:
            self.end_paragraph()
            if macro == "IP" and rest:
                self._text.append(_plain(_arguments(rest, first=True)))
        elif macro in _TEXT_MACROS:
            self._text.append(_plain(_joined(macro, rest)))

    def end_paragraph(self):
        """Put what was read since the last one below the last heading."""
        joined = re.sub(r"\s+", " ", " ".join(self._text)).strip()
        self._text.clear()
        if self.sections and re.search(r"\w", joined):
            self.sections[-1].paragraphs.append(joined)


def _short(name):
    """The first names that a page is about, and what they do."""
    names, dash, says = name.partition(" - ")
    return f"{', '.join(names.split(', ')[:3])}{dash}{says}"[:130]


def _above(sections, macro):
    """The heading that a subsection stands below."""
    if macro in ("SS", "Ss") and sections:
        return (sections[-1].headings[0],)
    return ()


def _arguments(rest, first=False):
    found = re.findall(r'"([^"]*)"|(\S+)', rest)
    words = [one or other for one, other in found]
    return " ".join(words[:1] if first else words)


def _joined(macro, rest):
    """What alternates between two fonts stands without spaces."""
    found = [one or other for one, other in re.findall(r'"([^"]*)"|(\S+)', rest)]
    return ("" if macro in ("BR", "BI", "IR", "IB", "RB", "RI") else " ").join(found)


def _plain(line):
    line = _FONT.sub("", line)
    line = re.sub(r"\\\((..)|\\\[(..)\]", lambda m: _ENTITIES.get(m[1] or m[2], " "), line)
    line = re.sub(r"\\\[u([0-9A-F]{4,5})\]", lambda m: chr(int(m[1], 16)), line)
    line = re.sub(r"\\N'\d+'|\\h'[^']*'|\\[&/,%)|^:]|\\c", "", line)
    line = _NAMED.sub("", line)
    return (
        line.replace("\\-", "-")
        .replace("\\ ", "\u00a0")
        .replace("\\~", "\u00a0")
        .replace("\\e", "\\")
        .replace("\\'", "'")
        .replace("\\`", "`")
    )
