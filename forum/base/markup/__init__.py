"""Markdown to safe HTML."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html import escape, unescape
from typing import Any

import nh3
from django.utils.html import strip_tags
from markdown_it import MarkdownIt
from markdown_it.token import Token

from accounts.base.cpu_budget import check_budget
from accounts.base.markdown_quotations import TOO_LONG, bound_quotations
from accounts.base.text import one_line, with_no_break_spaces
from forum.base.markup import bare_links, details, footnotes
from forum.base.markup.emoji_names import with_emoji


@cache
def _parser(is_linkifying: bool, is_extended: bool, is_quoting: bool) -> MarkdownIt:
    """A parser of CommonMark with tables, without images and HTML.

    With bare links, with footnotes and folded parts, and with quotations whose lines are
    counted, where these are asked for.
    """
    rules = ["table", "strikethrough", *(["linkify"] if is_linkifying else [])]
    parser = MarkdownIt("commonmark", {"breaks": True, "linkify": is_linkifying}).enable(rules)
    bare_links.enable(parser)
    if is_quoting:
        bound_quotations(parser)
    if is_extended:
        details.enable(parser)
        footnotes.enable(parser)
    # References are off: a small text could repeat one long URL into a huge page.
    return parser.disable(["image", "html_block", "html_inline", "reference"])


#: How lines end: browsers send both characters.
_NEWLINE = re.compile(r"\r\n?")
#: Within each address, between two of its letters.
_ADDRESS_SIGN = re.compile(r"\S[.:@]\S")
#: What a text has that has footnotes or folded parts.
EXTENSION = re.compile(r"\[\^|[<\[]details", re.IGNORECASE)
#: Characters of HTML beyond which the text is shown as typed.
_MAX_HTML_LENGTH = 300_000
_TAGS = set(nh3.ALLOWED_TAGS) & {
    *("a", "blockquote", "br", "code", "del", "details", "em", "hr", "li", "ol", "p", "pre"),
    *("h3", "h4", "h5", "h6", "s", "span", "strong", "summary", "sup", "table", "tbody", "td"),
    *("th", "thead", "tr", "ul"),
} | {"section"}
_SAID = {"role", "aria-label"}
_ATTRIBUTES = {
    "a": {"href", "title", "id", *_SAID}, "li": {"id"}, "ol": {"start"}, "section": _SAID,
    "span": _SAID,
}  # fmt: skip
#: Cells of its tables, those that a row leaves out too, beyond which it is: each is made.
_MAX_CELLS = 5_000
#: A line that says how the columns of a table are aligned, in whatever holds the table.
_COLUMNS = re.compile(r"[>\s\d.)*+]*[-:|][-:|\s]*")
#: What holds other blocks, and how deep the parser looks into them: of more it tells nothing.
_CONTAINERS = {"blockquote_open", "list_item_open", "details_open"}
_DEEPEST = 18
#: What an item of a task list begins with, and what is shown of it: a mail shows that too.
_BOX = re.compile(r"\[([ xX])\][ \n]")
_BOXES = {
    " ": '<span role="img" aria-label="À faire">☐</span> ',
    "x": '<span role="img" aria-label="Fait">☑</span> ',
}
#: What a text has that has emoji by their names, numbers with units or French punctuation.
_SIGNS = re.compile(r":|\d | [;?!»]|«")
#: What may be wider than the page: it takes the focus, so that keys can scroll it.
_CODE = '<pre tabindex="0" role="group" aria-label="Code">'
_TABLE = '<div class="scroll" tabindex="0" role="group" aria-label="Tableau">'
_URL_SCHEMES = {"http", "https", "mailto", "tel"}
#: Code within a line, or what stands between.
_CODE_SPAN = re.compile(r"(`+[^`]*`+)|[^`]+")
#: Where no name becomes a link.
_WITHOUT_LINKS = {
    "blockquote_open": 1, "blockquote_close": -1, "summary_open": 1, "summary_close": -1,
}  # fmt: skip


#: Finds in words where links begin and end, and their addresses, one after the other.
LinkFinder = Callable[[str], Iterable[tuple[int, int, str]]]


def render(text: str, find_links: LinkFinder | None = None, key: object = None) -> str:
    """The safe HTML of ``text``: CommonMark with tables, strikethrough and bare links.

    And with footnotes, folded parts and emoji by their names. Headings start at h3, below the
    page's own, and leave no level out. What may be wider than the page can be scrolled by
    keyboard. Raw HTML is left out, and so are images, whose host would learn who reads. A
    number and its unit stay on one line. ``find_links`` is asked about words that are no code,
    link or quotation. ``key``: one of the post, by which its notes have ids of their own.
    """
    check_budget()
    text = _NEWLINE.sub("\n", text)
    if "|" in text and _has_huge_tables(text):
        return _as_typed(text)
    is_extended = EXTENSION.search(text) is not None
    longest = max(map(len, text.split())) if _ADDRESS_SIGN.search(text) else 0
    parser = _parser(0 < longest < bare_links.MAX_WORD_LENGTH, is_extended, ">" in text)
    env = _env_of(text, key) if is_extended else {}
    tokens = parser.parse(text, env)
    if TOO_LONG in env or any(it.level > _DEEPEST and it.type in _CONTAINERS for it in tokens):
        return _as_typed(text)
    if is_extended:
        tokens = footnotes.with_notes_last(tokens, env)
    has_signs = _SIGNS.search(text) is not None
    without_links = 0
    above: list[str] = []  # The headings that the next one stands under, as they were typed.
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            _place_heading(token, above)
        without_links += _WITHOUT_LINKS.get(token.type, 0)
        if find_links and token.children and not without_links:
            token.children = list(_with_links(token.children, find_links))
        if has_signs:
            _write_words(token.children or ())
    if _BOX.search(text):
        _show_boxes(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    if len(html) > _MAX_HTML_LENGTH:
        return _as_typed(text)
    rel, schemes = "nofollow ugc noopener", _URL_SCHEMES
    html = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=schemes, link_rel=rel
    )
    # Two bytes rather than six for each no-break space; French has many.
    html = html.replace("&nbsp;", "\u00a0").replace("<pre>", _CODE)
    return html.replace("<table>", f"{_TABLE}<table>").replace("</table>", "</table></div>")


def parse(text: str) -> tuple[MarkdownIt, list[Token]] | None:
    """What ``render`` has of ``text``, parser and tokens; None where it shows it as typed."""
    check_budget()
    if "|" in text and _has_huge_tables(text):
        return None
    is_extended = EXTENSION.search(text) is not None
    longest = max(map(len, text.split()), default=0)
    parser = _parser(0 < longest < bare_links.MAX_WORD_LENGTH, is_extended, ">" in text)
    env = _env_of(text, text) if is_extended else {}
    tokens = parser.parse(text, env)
    if TOO_LONG in env or any(it.level > _DEEPEST and it.type in _CONTAINERS for it in tokens):
        return None
    return parser, tokens


def _has_huge_tables(text: str) -> bool:
    """Whether its tables have more than ``_MAX_CELLS`` cells in all, at the most."""
    cells = columns = 0
    for line in text.split("\n"):
        if "|" in line and _COLUMNS.fullmatch(line):
            columns = max(columns, line.count("|") + 1)
        elif not line.strip("> \t"):
            columns = 0
        cells += columns
    return cells > _MAX_CELLS


def _env_of(text: str, key: object) -> dict[str, Any]:
    """What a parse of ``text`` with footnotes and folded parts begins with."""
    return footnotes.note_env(key or text) | {"closings": details.closings_of(text)}


def _place_heading(token: Token, above: list[str]) -> None:
    """Give it the level below those of ``above``, the headings that it stands under."""
    if token.type == "heading_open":
        while above and above[-1] >= token.tag:
            above.pop()
        above.append(token.tag)
    token.tag = f"h{min(6, len(above) + 2)}"


def _as_typed(text: str) -> str:
    """``text`` as it was typed, where its markup would make too much of it, or lose some."""
    return f"{_CODE}{escape(text)}</pre>"


def _write_words(tokens: Iterable[Token]) -> None:
    """Draw emoji, keep units with numbers and signs with words; an address stays one."""
    is_address = False
    for token in tokens:
        if token.type == "link_open":
            is_address = token.markup in ("linkify", "autolink")
        elif token.type == "text":
            if ":" in token.content and not is_address:
                token.content = with_emoji(token.content)
            token.content = with_no_break_spaces(token.content)
        is_address &= token.type != "link_close"


def _with_links(tokens: Iterable[Token], find_links: LinkFinder) -> Iterator[Token]:
    """``tokens`` of a paragraph, with what ``find_links`` finds in their words as links."""
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        at = 0
        for start, end, url in find_links(token.content) if _is_words(token, depth) else ():
            yield Token("text", "", 0, content=token.content[at:start])
            yield Token("link_open", "a", 1, attrs={"href": url})
            yield Token("text", "", 0, content=token.content[start:end])
            yield Token("link_close", "a", -1)
            at = end
        token.content = token.content[at:]
        yield token


def _show_boxes(tokens: list[Token]) -> None:
    """Show what items of lists begin with ``[ ]`` or ``[x]`` as a box."""
    for item, _paragraph, words in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or not words.children:
            continue
        first = words.children[0]
        if first.type == "text" and (box := _BOX.match(first.content)):
            first.content = first.content[box.end() :]
            html = _BOXES[box[1].lower()]
            words.children = [Token("html_inline", "", 0, content=html), *words.children]


def _is_words(token: Token, depth: int) -> bool:
    return token.type == "text" and depth == 0


def text_for_mail(text: str) -> str:
    """``text`` as the plain part of a mail has it: with emoji, folded parts unfolded."""
    return "\n".join(
        line
        if is_code
        else _CODE_SPAN.sub(lambda match: match[1] or with_emoji(match[0]), line)
        for line, is_code in details.unfolded(_NEWLINE.sub("\n", text))
    )


def quote(text: str, name: str, number: int, url: str) -> str:
    """``text`` as a Markdown quotation of ``name``, to answer below.

    It begins with a link to ``url``, of the post of this ``number``.
    """
    lines = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
    return f"{quotation_heading(name, number, url)}\n{lines}\n\n"


def quotation_heading(name: str, number: int, url: str) -> str:
    """The two lines that a quotation begins with: of whom it is, and of which post."""
    name = _MARKS.sub(r"\\\g<0>", name)
    return f"> **[{name}, nº\u00a0{number}]({url})\u00a0:**\n>"


#: Characters of a name that would be Markdown.
_MARKS = re.compile(r"[\\`*_~<>&\[\]]")


#: A tag of rendered HTML, whose attributes have no angle brackets.
_TAG = re.compile(r"<[^<>]*>")


def plain_text(html: str) -> str:
    """The words of rendered ``html`` on one line; no-break spaces stay."""
    return one_line(text_of(html))


def text_of(html: str) -> str:
    """The words of rendered ``html``, with white space as it stands.

    In angle brackets it has its tags; where it was cut off there may be half of one.
    """
    text = _TAG.sub("", html)
    return unescape(strip_tags(html) if "<" in text else text)


#: Where quotations begin and end in rendered HTML.
_QUOTATION_EDGE = re.compile(r"(</?blockquote>)")


def own_text_of(html: str) -> str:
    """The words of rendered ``html`` without quotations; with them where it has no others."""
    kept, depth = [], 0
    for part in _QUOTATION_EDGE.split(html):
        if part == "<blockquote>":
            depth += 1
        elif part == "</blockquote>":
            depth -= 1
        elif not depth:
            kept.append(part)
    return text_of("".join(kept)).strip() or text_of(html).strip()
