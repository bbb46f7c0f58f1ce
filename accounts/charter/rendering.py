"""The charter's Markdown as HTML for pages, and as blocks for the receipt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from accounts.base.markdown_quotations import TOO_LONG, bound_quotations
from accounts.base.translations import translated

if TYPE_CHECKING:
    from accounts.charter.models import CharterVersion


#: Without references: one address, said once, would be rendered as often as it is referred to.
_MARKDOWN = MarkdownIt("commonmark").disable(
    ["image", "html_block", "html_inline", "reference"]
)
bound_quotations(_MARKDOWN)
_TAGS = {"a", "blockquote", "br", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
         "strong", "ul"}  # fmt: skip
_DEEPEST_HEADING = 6
_RECEIPT_MARKUP = {
    "strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>",
    "link_close": "</a>", "hardbreak": "<br/>", "softbreak": " ",
}  # fmt: skip


@lru_cache(maxsize=8)
def render(text: str) -> str:
    """``text`` as safe HTML whose headings begin at h2."""
    tokens = _tokens(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_DEEPEST_HEADING, int(token.tag[1]) + 1)}"
        elif token.type.startswith("paragraph_"):
            token.hidden = (
                False  # The style sheet numbers list items as articles: each needs its <p>.
            )
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    attributes = {"a": {"href"}, "ol": {"start"}}
    return nh3.clean(html, tags=_TAGS, attributes=attributes, url_schemes={"http", "https"})


def render_version(version: CharterVersion) -> dict[str, str]:
    """The ``html`` of ``version`` in the active language, and of the text that is signed.

    The latter, ``signed_html``, only where the former is a translation.
    """
    text = translated(version, "text")
    is_translation = text != version.text
    return {"html": render(text), "signed_html": render(version.text) if is_translation else ""}


@lru_cache(maxsize=8)
def blocks(text: str) -> tuple[tuple[str, str], ...]:
    """``text`` as (tag, markup) pairs in order: the tag is h1 … h6, p or li.

    The markup is escaped text with ``<b>``, ``<i>``, ``<br/>`` and ``<a href>`` only. An item
    begins with its number, or a bullet.
    """
    kinds, marker, pairs = ["p"], "", []
    for token in _tokens(text):
        if token.type in ("heading_open", "list_item_open"):
            kinds.append(token.tag)
            marker += _list_marker(token) if token.type == "list_item_open" else ""
        elif token.type in ("heading_close", "list_item_close"):
            kinds.pop()
        elif token.type in ("inline", "fence", "code_block"):
            words = "".join(map(_token_markup, _without_dead_links(token.children or [token])))
            pairs.append((kinds[-1], marker + words))
            marker = ""
    return tuple(pairs)


def _tokens(text: str) -> list[Token]:
    """Those of ``text``; where its quotations would take too long, of one paragraph."""
    env: dict[str, Any] = {}
    tokens = _MARKDOWN.parse(text, env)
    return _MARKDOWN.parse(f"\u200b{' '.join(text.split())}") if TOO_LONG in env else tokens


def _without_dead_links(tokens: list[Token]) -> Iterator[Token]:
    """``tokens`` without links that are not http or https."""
    is_led = False
    for token in tokens:
        if token.type == "link_open":
            is_led = str(token.attrGet("href")).startswith(("http://", "https://"))
        if is_led or not token.type.startswith("link_"):
            yield token


def _token_markup(token: Token) -> str:
    """The markup of a token."""
    if token.type == "link_open":
        return f'<a href="{escape(str(token.attrGet("href")))}">'
    words = escape(token.content).replace("\n", " ")
    return _RECEIPT_MARKUP.get(token.type, words)


def _list_marker(item: Token) -> str:
    """The number of a list's item, or a bullet."""
    return f"{item.info}{item.markup} " if item.info else "• "


def ascii_fallback(character: str) -> str:
    """``character`` without its accent, or a question mark, for fonts that lack it."""
    if character in "\u202f\u2007":  # Where a line may not break, it still may not.
        return "\u00a0"
    base = unicodedata.normalize("NFKD", character)[0]
    return " " if base.isspace() else base if base.isascii() else "?"
