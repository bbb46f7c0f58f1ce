"""The charter's text as a page shows it, and what changed between two texts."""

from difflib import SequenceMatcher
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


def differences(before, after):
    """The paragraphs that ``after`` takes out (``-``) and brings in (``+``), in order."""
    old, new = _paragraphs(before), _paragraphs(after)
    changed = []
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change != "equal":
            changed += [("-", words) for words in old[i:j]]
            changed += [("+", words) for words in new[k:m]]
    return changed


def _paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
