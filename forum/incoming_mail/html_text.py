"""Mail in HTML as plain text, what it quotes marked as plain mail marks it.

Programs quote in ``blockquote``: its lines are given a ``>`` each, so that one reading of plain
text (``reply_text.py``) tells what is whose. A rule stays a rule, since Outlook draws one above
the header of what it quotes.
"""

from __future__ import annotations

from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import html
from lxml.etree import ParserError

#: Bytes of HTML that are read: a longer mail is hardly anybody's own words.
MAX_LENGTH = 2_000_000
_PARSING = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False)
#: A declaration of another encoding says nothing: what is read is decoded already.
_PARSER = html.HTMLParser(encoding="utf-8")
_UNSEEN = "//style|//script|//head|//title|//*[contains(@style, 'display:none')]"
_RULE = "_" * 10


def text_of_html(source: str) -> str:
    """The text of the mail ``source``; empty where it has none."""
    try:
        tree = html.document_fromstring(source[:MAX_LENGTH].encode(), parser=_PARSER)
    except ParserError:
        return ""
    for one in tree.xpath(_UNSEEN):
        one.drop_tree()
    for rule in tree.xpath("//hr"):
        _replace(rule, _RULE)
    while quoted := tree.xpath("(//blockquote[not(.//blockquote)])[1]"):
        _replace(quoted[0], _marked(quoted[0]))
    for quoted in tree.xpath("//*[@id='OLK_SRC_BODY_SECTION']"):
        _replace(quoted, _marked(quoted))
    return str(get_text(html.tostring(tree, encoding="unicode"), _PARSING))


def _marked(quoted: html.HtmlElement) -> str:
    """The text of ``quoted``, each of its lines marked."""
    text = get_text(html.tostring(quoted, encoding="unicode", with_tail=False), _PARSING)
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _replace(one: html.HtmlElement, text: str) -> None:
    """Put ``text``, with its lines, in the place of ``one``."""
    lines = html.Element("pre")
    lines.text, lines.tail = text, one.tail
    one.getparent().replace(one, lines)
