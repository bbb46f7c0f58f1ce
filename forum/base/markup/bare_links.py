"""Bare links of a text, found in a time that grows as the text does.

The rules of the library take as long for each link, or beginning of one, as its line is long.
They are asked about some words at a time.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore, linkify
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import linkify as linkify_scheme
from markdown_it.token import Token

#: Characters without a space, from which on links are not looked for.
MAX_WORD_LENGTH = 2_000
#: Some words: no link has a space within.
_PIECE = re.compile(r".{1,500}\S*", re.DOTALL)
_SCHEME = re.compile(r"[a-z]{1,20}$", re.IGNORECASE)


def enable(parser: MarkdownIt) -> None:
    """Replace the rules by which ``parser`` looks for bare links."""
    parser.core.ruler.at("linkify", _linkify)
    parser.inline.ruler.at("linkify", _linkify_scheme)


def _linkify(state: StateCore) -> None:
    if not state.md.options.linkify or state.md.linkify is None:
        return
    tokens = state.tokens
    for token in tokens:
        if token.type == "inline" and state.md.linkify.pretest(token.content):
            state.tokens = list(_pieces(token.children or []))
            linkify(state)
            token.children = [child for piece in state.tokens for child in piece.children or ()]
    state.tokens = tokens


def _linkify_scheme(state: StateInline, silent: bool) -> bool:
    """Ask the rule of the library only where a link begins: it reads all words before."""
    if not state.md.options.linkify or not state.src.startswith("://", state.pos):
        return False
    assert state.md.linkify is not None  # It is made where its option is set.
    scheme = _SCHEME.search(state.pending[-20:])
    begins = state.pos - len(scheme[0]) if scheme else state.pos
    words = state.src[begins : begins + MAX_WORD_LENGTH]
    return bool(state.md.linkify.match_at_start(words)) and linkify_scheme(state, silent)


def _pieces(tokens: list[Token]) -> Iterator[Token]:
    """``tokens`` of a paragraph in parts, each as that of a paragraph of its own.

    Of words, some; of a link, all; what is escaped stands with the words after it, of which it
    says that no link begins there.
    """
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if depth or token.type == "text_special":
            part.append(token)
        elif token.type == "text":
            first, *others = _PIECE.findall(token.content) or [""]
            yield _paragraph([*part, Token("text", "", 0, content=first, level=token.level)])
            part = []
            for words in others:
                yield _paragraph([Token("text", "", 0, content=words, level=token.level)])
        else:
            yield _paragraph([*part, token])
            part = []
    if part:
        yield _paragraph(part)


def _paragraph(children: list[Token]) -> Token:
    return Token("inline", "", 0, children=children, content=children[-1].content)
