"""Countries, by their two-letter codes and in the reader's language."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from accounts.base.text import fold

_CODE = re.compile(r"[A-Z]{2}")
#: Codes that are no country; and parts of the French Republic, which have a department.
_LEFT_OUT = re.compile(
    "AC|CP|CQ|DG|EA|EU|EZ|IC|QO|TA|UN|XA|XB|ZZ|BL|GF|GP|MF|MQ|NC|PF|PM|RE|TF|WF|YT"
)


def names():
    """``{code: name}`` in the language of the page, in its alphabetical order."""
    return _names(get_language() or "fr")


def name_of(code):
    """The country's name in the language of the page; the code of one that is not known."""
    return names().get(code, code)


def choices():
    """For a form: (code, name), in the language of the page, France before the others.

    A form that came without a country, and comes back, must not show the alphabet's first.
    """
    return sorted(names().items(), key=lambda row: row[0] != "FR")


@lru_cache(8)
def _names(language):
    try:
        territories = Locale.parse(language, sep="-").territories
    except UnknownLocaleError:
        territories = Locale("fr").territories
    kept = {
        code: name
        for code, name in territories.items()
        if _CODE.fullmatch(code) and not _LEFT_OUT.fullmatch(code)
    }
    return dict(sorted(kept.items(), key=lambda row: fold(row[1])))
