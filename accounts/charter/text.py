"""The charter's text as a page shows it, and as a receipt does."""

import unicodedata
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").disable(["image", "html_block", "html_inline"])
_TAGS = {"a", "blockquote", "br", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
         "strong", "ul"}  # fmt: skip
_LEAST_HEADING = 6


@lru_cache(maxsize=8)
def render(text):
    """Render ``text``, which never changes, to safe HTML whose titles begin at h2."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LEAST_HEADING, int(token.tag[1]) + 1)}"
        elif token.type.startswith("paragraph_"):
            token.hidden = False  # Our style numbers articles: each is a paragraph.
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    attributes = {"a": {"href"}, "ol": {"start"}}
    return nh3.clean(html, tags=_TAGS, attributes=attributes, url_schemes={"http", "https"})


def blocks(text):
    """``text`` as (kind, HTML) pairs in order: kind is h1 … h6, p or li, HTML is of words.

    An item begins with its number, or a bullet, as one reads it.
    """
    kinds, mark, found = [], "", []
    for token in _MARKDOWN.parse(text):
        if token.type in ("heading_open", "list_item_open"):
            kinds.append(token.tag)
            mark = "" if token.type == "heading_open" else _mark(token)
        elif token.type in ("heading_close", "list_item_close"):
            kinds.pop()
        elif token.type == "inline":
            html = _MARKDOWN.renderer.renderInline(token.children, _MARKDOWN.options, {})
            found.append((kinds[-1] if kinds else "p", mark + html.replace("\n", " ")))
            mark = ""
    return found


def _mark(item):
    """What stands before a list's item: its own number where the list has numbers."""
    return f"{item.info}{item.markup} " if item.info else "• "


def plainer(character):
    """``character`` without its accent, or a question mark, for fonts that lack it."""
    base = unicodedata.normalize("NFKD", character)[0]
    return " " if base.isspace() else base if base.isascii() else "?"
