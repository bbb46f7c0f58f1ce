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
    """The plural messages in French: the source itself, with French rules (0 is singular)."""
    once = datetime(2026, 1, 1, tzinfo=UTC)  # Else each run would give other bytes.
    french = Catalog(locale="fr", charset="utf-8", fuzzy=False, creation_date=once)
    for message in catalogue:
        if isinstance(message.id, tuple | list):
            french.add(message.id, string=tuple(message.id), context=message.context)
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


#: A sign of French before, or after, which a line may break.
_LOOSE_SIGN = re.compile(r" [:;?!»](?:\s|$)|« ")


def loose_signs(catalogue):
    """``file: message`` of those with a plain space where French has a no-break space."""
    return sorted(
        f"{message.locations[0][0]}: {text}"
        for message in catalogue
        for text in (message.id if isinstance(message.id, tuple | list) else [message.id])
        if _LOOSE_SIGN.search(text)
    )


def _main():
    said = extract()
    if loose := loose_signs(said):
        sys.exit("\n".join(["U+00A0 goes before : ; ? ! » and after «, also in:", *loose]))
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
    left = [message.id for message in standing if message.id and not any(_strings(message))]
    print(*left, f"{len(standing)} messages, {len(left)} to translate.", sep="\n")


def _strings(message):
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


if __name__ == "__main__":
    _main()
