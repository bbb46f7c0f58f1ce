"""In which language a person is mailed what somebody else, or the site itself, sets off.

What answers what they did themselves is in the language of the page that they look at.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import override

#: What a person chose, by their id; None or empty where they chose nothing.
LanguageSource = Callable[[int], str | None]
_sources: list[LanguageSource] = []


def register_language_source(source: LanguageSource) -> LanguageSource:
    """Register ``source``, which is asked for the language of a person's mails."""
    _sources.append(source)
    return source


def language_of(person_id: int) -> str:
    """The language in which this person chose to be mailed, or the site's own."""
    chosen = filter(None, (source(person_id) for source in _sources))
    return next(chosen, settings.LANGUAGE_CODE)


def in_language_of(person_id: int) -> override:
    """A block whose texts are in the language of the mails of this person."""
    return override(language_of(person_id))
