"""Names and descriptions that the network gives in both languages.

A row holds the French in a column and the English in a second one, ``name`` and ``name_en``;
where nobody gave the English, the French stands for it.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language

#: The language of the columns without an ending.
SOURCE_LANGUAGE = "fr"


def translated(row: Any, field: str) -> str:
    """``row``'s ``field`` in the active language, or in French where it has no other."""
    language = get_language() or SOURCE_LANGUAGE
    french: str = getattr(row, field)
    return (
        french if language == SOURCE_LANGUAGE else getattr(row, f"{field}_{language}") or french
    )


def is_translated(row: Any, field: str) -> bool:
    """Whether ``translated`` gives the active language, which may be French."""
    language = get_language() or SOURCE_LANGUAGE
    return language == SOURCE_LANGUAGE or bool(getattr(row, f"{field}_{language}"))


class NetworkName(NamedTuple):
    """The name of the network, from the settings."""

    name: str
    name_en: str

    def __str__(self) -> str:
        return translated(self, "name")


def network_name() -> NetworkName:
    """The name of this network."""
    return NetworkName(settings.FORUM_NETWORK, settings.FORUM_NETWORK_EN)
