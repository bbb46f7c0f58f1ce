"""Mail in HTML as plain text, what it quotes marked as plain mail marks it.

Programs quote in ``blockquote``: its lines are given a ``>`` each, so that one reading of plain
text (``reply_text.py``) tells what is whose. A rule stays a rule, since Outlook draws one above
the header of what it quotes.
"""

from __future__ import annotations

import re
from html import unescape

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import html
from lxml.etree import ParserError

from accounts.base.text import without_controls

#: Bytes of HTML that are read: a longer mail is hardly anybody's own words.
MAX_LENGTH = 2_000_000
_PARSING = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False)
#: A declaration of another encoding says nothing: what is read is decoded already.
_PARSER = html.HTMLParser(encoding="utf-8", huge_tree=True)
_UNSEEN = "//style|//script|//head|//title|//*[contains(@style, 'display:none')]"
_RULE, _TAG = "_" * 10, re.compile(r"<[^>]*>")


def text_of_html(source: str) -> str:
    """The text of the mail ``source``; empty where it has none."""
    try:
        tree = html.document_fromstring(source[:MAX_LENGTH].encode(), parser=_PARSER)
    except ParserError:
        return ""
    for one in tree.xpath(_UNSEEN):
        if one.getparent() is not None:
            one.drop_tree()
    for rule in tree.xpath("//hr"):
        _replace(rule, _RULE)
    for quoted in reversed(tree.xpath("//blockquote|//*[@id='OLK_SRC_BODY_SECTION']")):
        if quoted.getparent() is not None:  # The innermost first.
            _replace(quoted, _marked(quoted))
    # A tree too deep for its parser has no text: then the words, without what marks them.
    return _text(tree) or unescape(_TAG.sub(" ", source[:MAX_LENGTH])).strip()


def _text(tree: html.HtmlElement) -> str:
    """The text of ``tree``; where it is too deep to be laid out, its words alone."""
    try:
        source = html.tostring(tree, encoding="unicode", with_tail=False)
        alone = html.document_fromstring(source, parser=_PARSER)
        return str(Inscriptis(alone, _PARSING).get_text())
    except RecursionError:
        return str(tree.text_content())


def _marked(quoted: html.HtmlElement) -> str:
    """The text of ``quoted``, each of its lines marked."""
    text = _text(quoted)
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _replace(one: html.HtmlElement, text: str) -> None:
    """Put ``text``, with its lines, in the place of ``one``."""
    lines = html.Element("pre")
    lines.text, lines.tail = without_controls(text), one.tail
    one.getparent().replace(one, lines)
