"""The addresses that an audit asks: all that the site has, by what they take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import StringConverter, UUIDConverter

from accounts.base.parsing import IdConverter

#: Names of pages about oneself alone, and of what answers nothing of the forum.
_BESIDE = ("account_", "mfa_", "socialaccount_", "openid", "demonstration", "test-")


@dataclass(frozen=True)
class Surface:
    """An address: its ``name``, and what it takes, ``{parameter: class of its converter}``."""

    name: str
    parameters: dict[str, type[object]]

    def arguments(self, pk: int, slug: str) -> dict[str, Any]:
        """What it takes, of a row of this id and slug."""
        values = {IdConverter: pk, UUIDConverter: UUID(int=pk)}
        return {name: values.get(kind, slug) for name, kind in self.parameters.items()}


def surfaces(names: frozenset[str] | None = None) -> Iterator[Surface]:
    """Every address with a name but those beside; where given, those of ``names`` only."""
    seen = set()
    for pattern in _patterns(get_resolver().url_patterns):
        name = pattern.name
        if not name or name in seen or name.startswith(_BESIDE):
            continue
        seen.add(name)
        if names is None or name in names:
            yield Surface(name, _parameters(pattern))


def url_of(surface: Surface, pk: int, slug: str) -> str | None:
    """Its address of this row; None where the slug has not the form that it takes."""
    try:
        return reverse(surface.name, kwargs=surface.arguments(pk, slug))
    except NoReverseMatch:
        return None


def _patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def _parameters(pattern: URLPattern) -> dict[str, type]:
    converters = pattern.pattern.converters
    if converters:
        return {name: type(converter) for name, converter in converters.items()}
    return dict.fromkeys(pattern.pattern.regex.groupindex, StringConverter)
