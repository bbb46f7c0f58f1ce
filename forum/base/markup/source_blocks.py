"""The blocks of a text, each as it was typed and as the editor of posts shows it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import nh3
from markdown_it.token import Token

from forum.base.markup import EXTENSION, parse

#: What the editor knows, without what pages add to it, such as emoji.
_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}
_NEWLINE = re.compile(r"\r\n?")


class SourceBlock(NamedTuple):
    """A block of a text: a paragraph, a list, a quotation…

    ``html``: "" where the editor shows the source.
    """

    source: str
    html: str


def source_blocks(text: str) -> list[SourceBlock]:
    """The blocks of ``text``, which have all its lines but empty ones."""
    text = _NEWLINE.sub("\n", text)
    parsed = parse(text)
    if parsed is None:
        return _block([text])
    parser, tokens = parsed
    lines = text.split("\n")
    blocks, end = [], 0
    for group in _groups(tokens):
        if (place := group[0].map) is None or place[0] < end:  # Its lines are of no token.
            continue
        blocks += _block(lines[end : place[0]])
        html = nh3.clean(
            parser.renderer.render(group, parser.options, {}),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            link_rel=None,
        )
        blocks += _block(lines[place[0] : place[1]], html)
        end = place[1]
    return blocks + _block(lines[end:])


def _block(lines: list[str], html: str = "") -> list[SourceBlock]:
    """The block of ``lines``; none of empty ones."""
    source = "\n".join(lines).rstrip().lstrip("\n")
    if not source.strip():
        return []
    return [SourceBlock(source, "" if EXTENSION.search(source) else html)]


def _groups(tokens: list[Token]) -> Iterator[list[Token]]:
    """``tokens`` by the outermost block that they are of."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []
