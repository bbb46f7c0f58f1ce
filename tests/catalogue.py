"""The English catalogue: what the source says, and what the catalogue answers.

``python -m tests.catalogue`` brings the catalogue up to date with the source, keeping its
translations, and compiles it; it prints what is left to translate, empty in the .po file. It
changes nothing where a French sign lacks its no-break space.
"""

import re
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
FRENCH = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}


def extract():
    """A catalogue of all that the source asks to be translated."""
    found = Catalog(locale="en", project="Foirail", charset="utf-8", fuzzy=False)
    for path in sorted(_sources()):
        text = path.read_text()
        code = text if path.suffix == ".py" else _dedent(templatize(text))
        for _line, name, said, _comments in _calls(code):
            _add(found, name, said, str(path.relative_to(ROOT)))
    return found


def read_catalogue():
    """The catalogue as it stands in the project."""
    return read_po(BytesIO(PO.read_bytes()), locale="en")


def french_plurals(catalogue):
    """The plural messages in French: the source itself, with French rules (0 is singular).

    And two months, abbreviated as the French do.
    """
    once = datetime(2026, 1, 1, tzinfo=UTC)  # Else each run would give other bytes.
    french = Catalog(locale="fr", charset="utf-8", fuzzy=False, creation_date=once)
    for message in catalogue:
        if isinstance(message.id, tuple | list):
            french.add(message.id, string=tuple(message.id), context=message.context)
    for english, month in {"Jan.": "janv.", "Feb.": "févr."}.items():
        french.add(english, string=month, context="abbrev. month")  # Django has others.
    return french


def compile_catalogue(catalogue):
    """The bytes that ``catalogue`` compiles to."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _sources():
    for app in ("accounts", "forum", "realtime"):
        yield from (p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)
    for kind in ("*.html", "*.txt"):
        yield from (ROOT / "templates").rglob(kind)


def _dedent(code):
    """``code`` without the indentation of the template, which is none to Python."""
    return "\n".join(line.strip() for line in code.splitlines())


def _calls(code):
    return extract_python(BytesIO(code.encode()), KEYWORDS.keys(), (), {"encoding": "utf-8"})


def _add(found, name, said, place):
    said = said if isinstance(said, tuple) else (said,)
    context = None
    if "pgettext" in name:
        context, *said = said
    if said and said[0]:
        plural = name.startswith("n") and len(said) > 1 and said[1]
        message = (said[0], said[1]) if plural else said[0]
        found.add(message, locations=[(place, None)], context=context)


#: A value that is not a number: the name of a person, a place, an organisation.
_NAME = r"(?:<b>)?(?:%\((?!n\b|organisations\b)\w+\)s|%s|\{\w)"
#: In French a no-break space goes before each of these signs and after «, the narrow one where
#: it says so, and between a number and what it counts. A blank stands for a number.
_FRENCH_FAULTS = (
    re.compile(r"[^\u00a0][:»](?=[\s.,)]|$)"),
    re.compile(r"[^\u202f][;?!](?=[\s»)]|$)"),
    re.compile(r"«[^\u00a0]"),
    re.compile(
        r"(?:\b\d+|%(?:\(\w+\))?d|\{n\}) "
        r"(?:[kM]?o|h|min|s|km|[kMG]?Wh?|€|%|jours?|heures?|minutes?|mois|ans?|semaines?)\b"
    ),
    re.compile(r"[Nn]°|[Nn]º[^\u00a0]"),
    re.compile(r"\w'\w|(?:^|\s)- "),
    # Before a name that begins with a vowel it would be « d’ » or « qu’ »: said otherwise.
    re.compile(rf"\b(?:[Dd]|[Qq]u|[Jj]usqu|[Ll]orsqu)e {_NAME}"),
)
#: What belongs to French alone.
_ENGLISH_FAULTS = (
    re.compile(r"[\s\u00a0\u202f][:;?!](?=\s|$)"),
    re.compile(r"[«»]|[Nn]°|\w'\w"),
)


def french_faults(catalogue):
    """``file: message`` of those that offend against French typography, or elision."""
    return sorted(
        f"{message.locations[0][0]}: {text}"
        for message in catalogue
        for text in texts(message.id)
        if any(fault.search(text) for fault in _FRENCH_FAULTS)
    )


def english_faults(catalogue):
    """The English texts that follow French typography."""
    return sorted(
        text
        for message in catalogue
        for text in texts(message.string)
        if any(fault.search(text) for fault in _ENGLISH_FAULTS)
    )


def texts(one_or_more):
    """The texts of a message: its one, or its singular and plural."""
    return one_or_more if isinstance(one_or_more, tuple | list) else (one_or_more,)


def _main():
    said = extract()
    if faults := french_faults(said):
        rule = "U+00A0 before : and » and after «, U+202F before ; ? !, U+00A0 after numbers; "
        sys.exit("\n".join([rule + "nº, ’, –, and no de or que before a name:", *faults]))
    standing = read_catalogue() if PO.exists() else Catalog(locale="en", charset="utf-8")
    standing.update(said, no_fuzzy_matching=True)
    standing.obsolete.clear()
    standing.project, standing.version, standing.fuzzy = "Foirail", "1", False
    standing.header_comment = (
        "# English words of Foirail. Written by hand, sorted by tests.catalogue."
    )
    standing.last_translator = standing.language_team = standing.msgid_bugs_address = "Foirail"
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as out:
        write_po(out, standing, width=88, sort_output=True, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compile_catalogue(standing))
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    FRENCH.write_bytes(compile_catalogue(french_plurals(standing)))
    left = [one.id for one in standing if one.id and not any(texts(one.string))]
    print(*left, f"{len(standing)} messages, {len(left)} to translate.", sep="\n")


if __name__ == "__main__":
    _main()
