"""Countries, by their two-letter codes and in the reader's language."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from accounts.base.text import fold

_CODE = re.compile(r"[A-Z]{2}")
#: Codes of no country; and parts of the French Republic, which are departments here.
_LEFT_OUT = re.compile(
    "AC|CP|CQ|DG|EA|EU|EZ|IC|QO|TA|UN|XA|XB|ZZ|BL|GF|GP|MF|MQ|NC|PF|PM|RE|TF|WF|YT"
)


def names() -> dict[str, str]:
    """``{code: name}`` in the active language, in alphabetical order."""
    return _names(get_language() or "fr")


def name_of(code: str) -> str:
    """The country's name in the active language; the code itself where it is unknown."""
    return names().get(code, code)


def choices() -> list[tuple[str, str]]:
    """The (code, name) choices of a form field, in the active language, France first.

    A select without a value shows its first option.
    """
    return sorted(names().items(), key=lambda row: row[0] != "FR")


@lru_cache(8)
def _names(language: str) -> dict[str, str]:
    try:
        territories = Locale.parse(language, sep="-").territories
    except UnknownLocaleError:
        territories = Locale("fr").territories
    names = {
        code: name
        for code, name in territories.items()
        if _CODE.fullmatch(code) and not _LEFT_OUT.fullmatch(code)
    }
    return dict(sorted(names.items(), key=lambda row: fold(row[1])))
