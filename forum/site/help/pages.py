"""The pages of the help, one for each thing that people do, in each language of the interface.

A page is a file of ``texts``, of the same name in each language: its title, what it is about,
then the rest. Strong words are those of buttons, links and fields, as the interface has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from accounts.base.text import with_no_break_spaces
from accounts.base.translations import SOURCE_LANGUAGE
from forum.base.search_index.analysis import clean, stems_of, words_of

#: What pages are about, and the pages about it, each with its icon.
GROUPS = (
    (_("Pour commencer"), {"rejoindre": "charter", "qui-lit": "eye", "compte": "person"}),
    (_("Demander et répondre"), {
        "poser-une-question": "question", "interroger": "people", "repondre": "reply",
        "ecrire": "edit", "fichiers": "file", "sondages": "list", "consentement": "check",
        "rencontres": "clock",
    }),
    (_("Suivre et garder"), {
        "suivre": "flag", "etre-prevenu": "bell", "courriel": "share", "garder": "pin",
    }),
    (_("Trouver et raconter"), {"chercher": "search", "fiches": "sheet"}),
    (_("Signaler, partir"), {"signaler": "lock", "vos-donnees": "leave"}),
)  # fmt: skip
TEXTS = Path(__file__).parent / "texts"
#: Pixels of every picture: ``make readme-pictures`` takes twice as many.
PICTURE_WIDTH, PICTURE_HEIGHT = 480, 300
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class HelpPage:
    """A page: its title, what it is about, and the rest as HTML."""

    slug: str
    icon: str
    title: str
    lead: str
    html: str
    title_stems: frozenset[str]
    stems: frozenset[str]

    def get_absolute_url(self) -> str:
        """Its address, the same in each language."""
        return reverse("help-page", args=[self.slug])


@cache
def pages_in(language: str) -> dict[str, HelpPage]:
    """The pages in ``language`` by their slugs, in their order."""
    return {
        slug: _read_page(slug, icon, language)
        for _about, icons in GROUPS
        for slug, icon in icons.items()
    }


def pages_beside(page: HelpPage, language: str) -> list[HelpPage]:
    """The other pages of its group."""
    pages = pages_in(language)
    (group,) = (icons for _about, icons in GROUPS if page.slug in icons)
    return [pages[slug] for slug in group if slug != page.slug]


def pages_with(words: str, language: str) -> list[HelpPage]:
    """Those that have all ``words``, in whatever form; first those whose title has them."""
    asked = _stems(words, language)
    pages = [page for page in pages_in(language).values() if _has_all(page.stems, asked)]
    return sorted(pages, key=lambda page: not _has_all(page.title_stems, asked))


def _has_all(stems: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether each of ``asked`` begins one of ``stems``: a word may be typed half."""
    return all(any(stem.startswith(start) for stem in stems) for start in asked)


def _stems(text: str, language: str) -> frozenset[str]:
    is_english = language != SOURCE_LANGUAGE
    words = (it.word for it in words_of(clean(text)))
    return frozenset(stems_of(word, is_english=is_english).folded_stem for word in words)


def _read_page(slug: str, icon: str, language: str) -> HelpPage:
    text = (TEXTS / language / f"{slug}.md").read_text()
    if language == SOURCE_LANGUAGE:
        text = with_no_break_spaces(text)
    title, lead, body = text.removeprefix("# ").split("\n\n", 2)
    title_stems, stems = _stems(title, language), _stems(text, language)
    return HelpPage(slug, icon, title, lead, _html(body, language), title_stems, stems)


def _html(text: str, language: str) -> str:
    """``text`` as HTML; its pictures, all of one size, are loaded as one scrolls."""
    tokens = _MARKDOWN.parse(text)
    for token in (it for block in tokens for it in block.children or ()):
        if token.type == "image":
            token.attrs |= {
                "src": static(f"forum/help/{language}/{token.attrs['src']}"),
                "width": PICTURE_WIDTH, "height": PICTURE_HEIGHT, "loading": "lazy",
            }  # fmt: skip
    value: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return value
