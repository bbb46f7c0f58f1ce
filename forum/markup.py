"""Markdown in, safe HTML out. Knows no models."""

import re
from html import escape

import nh3
from markdown_it import MarkdownIt


def _parser(*rules):
    """CommonMark with ``rules``, and without what could show or fetch more than words."""
    parser = MarkdownIt("commonmark", {"linkify": "linkify" in rules}).enable([*rules])
    # A reference may repeat one long address on every line: a small text, a huge page.
    return parser.disable(["image", "html_block", "html_inline", "reference"])


_LINKIFYING_PARSER = _parser("table", "strikethrough", "linkify")
_PLAIN_PARSER = _parser("table", "strikethrough")
#: Characters without a break beyond which bare links are not looked for: it takes too long.
_TOO_LONG_WORD = re.compile(r"\S{2000}")
#: Characters of HTML beyond which a text is shown as it was typed.
_MAX_HTML_LENGTH = 300_000
_TAGS = set(nh3.ALLOWED_TAGS) & {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s"),
    *("h3", "h4", "h5", "h6", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_URL_SCHEMES = {"http", "https", "mailto", "tel"}


def render(text):
    """Render ``text``, CommonMark with tables and bare links, to HTML safe to show anyone.

    Titles begin at h3, below the page's own; images and raw HTML do not pass, since an
    image from elsewhere would tell that elsewhere who reads.
    """
    parser = _PLAIN_PARSER if _TOO_LONG_WORD.search(text) else _LINKIFYING_PARSER
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    html = parser.renderer.render(tokens, parser.options, {})
    if len(html) > _MAX_HTML_LENGTH:
        return f"<pre>{escape(text)}</pre>"
    html = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_URL_SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return html.replace("&nbsp;", "\u00a0")  # French has many: two bytes rather than six.


def quote(text, name):
    """``text`` as a Markdown quotation of ``name``, ready to be answered below."""
    lines = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
    return f"> **{name} :**\n{lines}\n\n"
