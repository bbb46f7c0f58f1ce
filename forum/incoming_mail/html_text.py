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

#: Bytes of HTML that are read: a longer mail is hardly anybody's own words.
MAX_LENGTH = 2_000_000
_PARSING = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False)
#: A declaration of another encoding says nothing: what is read is decoded already.
_PARSER = html.HTMLParser(encoding="utf-8", huge_tree=True)
_UNSEEN = "//style|//script|//head|//title|//*[contains(@style, 'display:none')]"
_QUOTED = "//blockquote|//*[@id='OLK_SRC_BODY_SECTION']"
_RULE, _TAG = "_" * 10, re.compile(r"<[^<>]*>")
#: Where what is quoted begins and ends, on lines that are laid out (private use, Unicode 23.5).
_BEGIN, _END = "\ue000", "\ue001"
_LIMITS = re.compile(f"[{_BEGIN}{_END}]")
#: Marks of a line at most: what is quoted deeper is so as well.
_MAX_MARKS = 20


def text_of_html(source: str) -> str:
    """The text of the mail ``source``; empty where it has none."""
    source = _LIMITS.sub("", source[:MAX_LENGTH])
    try:
        tree = html.document_fromstring(source.encode(), parser=_PARSER)
    except ParserError:
        return ""
    for one in tree.xpath(_UNSEEN):
        if one.getparent() is not None:
            del one[:]
            one.tag, one.text = "span", None
    for rule in tree.xpath("//hr"):
        rule.tag, rule.text = "div", _RULE
    for quoted in tree.xpath(_QUOTED):
        _delimit(quoted)
    # A tree too deep for its parser has no text: then the words, without what marks them.
    return _marked(_laid_out(tree)) or unescape(_TAG.sub(" ", source)).strip()


def _laid_out(tree: html.HtmlElement) -> str:
    """The text of ``tree``; where it is too deep to be laid out, its words and quotations."""
    try:
        return str(Inscriptis(tree, _PARSING).get_text())
    except RecursionError:
        return _LIMITS.sub(r"\n\g<0>\n", str(tree.text_content()))


def _delimit(quoted: html.HtmlElement) -> None:
    """Put a line before, and one after, what ``quoted`` holds."""
    begin, end = html.Element("div"), html.Element("div")
    begin.text, end.text = _BEGIN, _END
    begin.tail, quoted.text = quoted.text, None
    quoted.tag = "div"
    quoted[:0] = [begin]
    quoted.append(end)


def _marked(text: str) -> str:
    """``text`` with a ``>`` before each line for each quotation that it stands in."""
    depth, lines = 0, []
    for line in text.split("\n"):
        opened, words = line.count(_BEGIN), _LIMITS.sub("", line)
        depth += opened
        if words.strip() or words == line:
            marks = "> " * min(depth, _MAX_MARKS)
            lines.append(f"{marks}{words}".rstrip() if marks else words)
        if closed := line.count(_END):
            while depth and lines and not lines[-1].strip("> "):
                lines.pop()  # What only keeps it apart from what follows.
            depth = max(0, depth - closed)
    return "\n".join(lines)
