"""Emoji by their names between colons, in English and French: ``:+1:``, ``:jeune_pousse:``.

They are shown as the character, which fonts draw and screen readers read. A name is known
whatever its accents and capitals; what is no name stays as it was typed.
"""

from functools import cache

import emoji

from accounts.base.text import fold

_LANGUAGES = "en", "fr"
_MAX_LENGTH = 80


def with_emoji(text: str) -> str:
    """``text`` with a character in place of each name that stands apart from words."""
    parts = text.split(":")
    if len(parts) < 3:
        return text
    output, names, at = parts[:1], _characters_by_name(), 1
    while at < len(parts):
        name, after = parts[at], "".join(parts[at + 1 : at + 2])
        is_apart = not (output[-1][-1:].isalnum() or after[:1].isalnum())
        is_named = at + 1 < len(parts) and is_apart and 0 < len(name) <= _MAX_LENGTH
        if is_named and (character := names.get(fold(name))):
            output.append(character + after)
            at += 2
        else:
            output.append(f":{name}")
            at += 1
    return "".join(output)


@cache
def _characters_by_name() -> dict[str, str]:
    """``{folded name: character}`` of those that fonts draw."""
    for language in _LANGUAGES:
        emoji.config.load_language(language)
    names: dict[str, str] = {}
    for character, about in emoji.EMOJI_DATA.items():
        if about["status"] != emoji.STATUS["fully_qualified"]:
            continue
        for name in (*(about.get(it) for it in _LANGUAGES), *about.get("alias", ())):
            if name:
                names.setdefault(fold(name.strip(":")), character)
    return names
