"""Footnotes: ``[^1]`` in a text, and a paragraph ``[^1]: …`` that says more.

Notes stand at the end, in the order in which the text refers to them. A paragraph to which
nothing refers stays as it was typed, and so does what is quoted: its notes are of another text.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_LABEL = r"\[\^([^\]\s\[^]{1,40})\]"
_REFERENCE = re.compile(_LABEL)
_NOTE = re.compile(rf"{_LABEL}:[ \t]*(?=\S)")
_DEPTH = {"blockquote_open": 1, "blockquote_close": -1}


def note_env(key: object) -> dict[str, Any]:
    """What a parse of a text keeps of its notes.

    Their ids begin with a digest of ``key``, of the post or else its text: a page shows many
    posts, each of which is the same wherever it is shown.
    """
    digest = blake2b(str(key).encode("utf-8", "replace"), digest_size=4).hexdigest()
    return {"note_key": digest, "notes": set(), "note_numbers": {}}


def enable(parser: MarkdownIt) -> None:
    """Add footnotes to ``parser``; its ``env`` has the values of ``note_env``."""
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("reference", "note", _note, {"alt": ends})
    parser.inline.ruler.before("link", "note_reference", _note_reference)
    parser.core.ruler.at("inline", _parse_words)


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph that is a note; not within lists, quotations or folded parts."""
    is_beyond = silent and state.sCount[start] < state.blkIndent
    if (state.level and not is_beyond) or state.is_code_block(start):
        return False
    begins = state.bMarks[start] + state.tShift[start]
    match = _NOTE.match(state.src, begins, state.eMarks[start])
    if match is None or match[1] in state.env["notes"]:
        return False
    if not silent:
        state.env["notes"].add(match[1])
        paragraph(state, start, end, False)
        words = state.tokens[-2]
        words.meta["note"] = match[1]
        words.content = _NOTE.sub("", words.content, count=1)
    return True


def _parse_words(state: StateCore) -> None:
    """Parse what stands in blocks, that of notes last: so notes are numbered as one reads."""
    quoted, notes = 0, []
    for token in state.tokens:
        quoted += _DEPTH.get(token.type, 0)
        if token.type == "inline" and not token.children:
            state.env["is_quoted"] = quoted > 0
            if "note" in token.meta:
                notes.append(token)
            else:
                _parse_inline(state, token)
    state.env["is_quoted"] = False
    for token in notes:
        _parse_inline(state, token)


def _parse_inline(state: StateCore, token: Token) -> None:
    assert token.children is not None  # Of what stands in a block it is a list.
    state.md.inline.parse(token.content, state.md, state.env, token.children)


def _note_reference(state: StateInline, silent: bool) -> bool:
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None or match[1] not in state.env["notes"] or state.env["is_quoted"]:
        return False
    if not silent:
        numbers, key = state.env["note_numbers"], state.env["note_key"]
        anchor = "" if match[1] in numbers else ' id="ref-{key}-{n}"'
        n = numbers.setdefault(match[1], len(numbers) + 1)
        html = (
            f'<sup><a href="#note-{{key}}-{{n}}"{anchor} role="doc-noteref"'
            ' aria-label="Note {n}">[{n}]</a></sup>'
        )
        state.push("html_inline", "", 0).content = html.format(key=key, n=n)
    state.pos = match.end()
    return True


def with_notes_last(tokens: list[Token], env: dict[str, Any]) -> list[Token]:
    """``tokens`` with the notes that the text refers to behind all else."""
    if not env["notes"]:
        return tokens
    body, notes = [], {}
    for token in tokens:
        body.append(token)
        if (label := token.meta.get("note")) is None:
            continue
        if label in env["note_numbers"]:
            notes[label] = body.pop()
            body.pop()  # What opened its paragraph; what closes it is left out below.
            token.meta["is_moved"] = True
        else:
            typed = Token("text", "", 0, content=f"[^{label}]: ")
            token.children = [typed, *(token.children or ())]
    body = _without_closings_of_moved(tokens, body)
    if notes:
        body += _at_end(notes, env)
    return body


def _without_closings_of_moved(tokens: list[Token], body: list[Token]) -> list[Token]:
    closing = {
        id(after)
        for token, after in zip(tokens, tokens[1:], strict=False)
        if token.meta.get("is_moved")
    }
    return [token for token in body if id(token) not in closing]


def _at_end(notes: dict[str, Token], env: dict[str, Any]) -> Iterator[Token]:
    yield _html('<section role="group" aria-label="Notes">\n<hr>\n<ol>\n')
    for label, n in env["note_numbers"].items():
        place = f"{env['note_key']}-{n}"
        yield _html(f'<li id="note-{place}">')
        yield notes[label]
        yield _html(
            f' <a href="#ref-{place}" role="doc-backlink" aria-label="Retour à la note {n} dans'
            ' le texte">↩</a></li>\n'
        )
    yield _html("</ol>\n</section>\n")


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
