"""The charter's text as a page shows it, and what changed between two texts."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").disable(["image", "html_block", "html_inline"])
_TAGS = {"a", "blockquote", "br", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
         "strong", "ul"}  # fmt: skip
_LEAST_HEADING = 6
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
#: From 0 to 1: a paragraph less like the old one than this is another paragraph.
_REWORDED = 0.4


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


def changes(before, after):
    """The paragraphs that differ, each a list of (sign, words): ``+``, ``-`` or ``=``.

    A paragraph that was reworded is one, with the words that came and went marked in it.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    found = []
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            continue
        pairs = zip_longest(old[i:j], new[k:m], fillvalue="")
        found += [_within(gone, come) for gone, come in pairs]
    return found


def _within(gone, come):
    """What changed in one paragraph; all of it, where little of it stayed."""
    if not gone or not come:
        return [("-", gone)] if gone else [("+", come)]
    old, new = _WORD.findall(gone), _WORD.findall(come)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _REWORDED:
        return [("-", gone), ("+", come)]
    pieces = []
    for change, i, j, k, m in matcher.get_opcodes():
        if change == "equal":
            pieces.append(("=", "".join(old[i:j])))
        else:
            pieces += [("-", "".join(old[i:j]))] * (j > i) + [("+", "".join(new[k:m]))] * (
                m > k
            )
    return pieces


def plainer(character):
    """``character`` without its accent, or a question mark, for fonts that lack it."""
    base = unicodedata.normalize("NFKD", character)[0]
    return " " if base.isspace() else base if base.isascii() else "?"


def _paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
