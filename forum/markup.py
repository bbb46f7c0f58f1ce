"""Markdown in, safe HTML out. Knows no models."""

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"linkify": True, "typographer": False}).enable(
    ["linkify", "table", "strikethrough"]
)
_MARKDOWN.disable(["image", "html_block", "html_inline"])
_TAGS = set(nh3.ALLOWED_TAGS) & {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s"),
    *("h3", "h4", "h5", "h6", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def render(text):
    """Render ``text``, CommonMark with tables and bare links, to HTML safe to show anyone.

    Titles begin at h3, below the page's own; images and raw HTML do not pass, since an
    image from elsewhere would tell that elsewhere who reads.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener",
    )


def quote(text, name):
    """``text`` as a Markdown quotation of ``name``, ready to be answered below."""
    lines = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
    return f"> **{name} :**\n{lines}\n\n"
