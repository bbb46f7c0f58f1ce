"""What a file is called: as its owner calls it, made safe to show and to save under."""

import re
import unicodedata

from accounts.base.text import as_seen

#: Characters of a name at most, its ending among them.
MAX_LENGTH = 120
#: What no name may have on some system, and quotation marks, which headers use.
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')


def clean_name(name: str) -> str:
    """``name`` without a path, controls or marks of writing direction, bounded; never empty.

    >>> clean_name("C:\\\\docs\\\\délibération n° 4.pdf")
    'délibération n° 4.pdf'
    """
    name = as_seen(unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1]))
    # Cc, Cf, Cs, Co, Cn: controls, marks of direction, halves of characters, none at all.
    name = "".join(" " if c.isspace() else c for c in name)
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and 0 < len(ending) <= 10:
        stem = stem[: MAX_LENGTH - len(ending) - 1].rstrip(". ") or "fichier"
        return f"{stem}.{ending}"
    return name[:MAX_LENGTH].rstrip(". ") or "fichier"


def ending_of(name: str) -> str:
    """The ending of a clean name, in lower case: ``"pdf"``, or ""."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def with_ending(name: str, ending: str) -> str:
    """A clean ``name`` whose ending is now ``ending``."""
    stem = name.rpartition(".")[0] or name
    return f"{stem}.{ending}"
