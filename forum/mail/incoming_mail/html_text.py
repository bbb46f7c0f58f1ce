"""Mail in HTML as plain text, what it quotes marked as plain mail marks it.

Programs quote in ``blockquote``: its lines are given a ``>`` each, so that one reading of plain
text (``reply_text.py``) tells what is whose. A rule stays a rule, since Outlook draws one above
the header of what it quotes. ``html_layout.py`` runs it in a process of its own: it imports
nothing of the project.
"""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import html
from lxml.etree import ParserError

_PARSING = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False)
#: A declaration of another encoding says nothing: what is read is decoded already.
_PARSER = html.HTMLParser(encoding="utf-8", huge_tree=True)
_UNSEEN = "//style|//script|//head|//title|//*[contains(@style, 'display:none')]"
_QUOTED = "//blockquote|//*[@id='OLK_SRC_BODY_SECTION']"
_RULE, _TAG = "_" * 10, re.compile(r"<[^<>]*>")
#: Where what is quoted begins and ends, on lines that are laid out (private use, Unicode 23.5).
_BEGIN, _END = "\ue000", "\ue001"
_LIMITS = re.compile(f"[{_BEGIN}{_END}]")
#: Around the number of a picture that the mail brings, where that is asked for.
_BEFORE_PICTURE, _AFTER_PICTURE = "\ue002", "\ue003"
PICTURE = re.compile(f"{_BEFORE_PICTURE}(\\d{{1,4}}){_AFTER_PICTURE}")
_PICTURES = "//img[starts-with(@src, 'cid:')]"
#: What is linked is a logo; the others are elements of signatures, as programs name them.
_NOT_SENT = (
    "ancestor::a[@href] | ancestor::*[@id='Signature' or contains(@class, 'moz-signature')"
    " or contains(@class, 'gmail_signature') or @data-smartmail='gmail_signature']"
)
#: Pixels of a side: what is smaller is an icon. Pictures that are looked at.
_MIN_SIDE, _MAX_PICTURES = 64, 200
#: Marks of a line at most: what is quoted deeper is so as well.
_MAX_MARKS = 20


def decode(content: bytes, with_pictures: str = "") -> bytes:
    """The texts of the HTML in ``content``, and the pictures that it shows, if asked for.

    Both are JSON: a list of HTML is given, two lists are returned.
    """
    pictures: list[str] | None = [] if with_pictures else None
    texts = [text_of_html(it, pictures) for it in json.loads(content)]
    return json.dumps([texts, pictures or []]).encode()


def text_of_html(source: str, pictures: list[str] | None = None) -> str:
    """The text of the mail ``source``; empty where it has none.

    ``pictures``: where there is a list, it is given the Content-ID of each picture that the
    mail brings and shows, and the number of each stands where its writer put it (``PICTURE``).
    """
    source = _LIMITS.sub("", source)
    source = source.replace(_BEFORE_PICTURE, "").replace(_AFTER_PICTURE, "")
    try:
        tree = html.document_fromstring(source.encode(), parser=_PARSER)
    except ParserError:
        return ""
    for element in tree.xpath(_UNSEEN):
        if element.getparent() is not None:
            del element[:]
            element.tag, element.text = "span", None
    if pictures is not None:
        _mark_pictures(tree, pictures)
    for rule in tree.xpath("//hr"):
        rule.tag, rule.text = "div", _RULE
    for quoted in tree.xpath(_QUOTED):
        _delimit(quoted)
    # A tree too deep for its parser has no text: then the words, without what marks them.
    return _marked(_laid_out(tree)) or unescape(_TAG.sub(" ", source)).strip()


def _mark_pictures(tree: html.HtmlElement, pictures: list[str]) -> None:
    """Have ``pictures`` name those of ``tree``, and numbers stand for what is no logo."""
    for picture in tree.xpath(_PICTURES)[:_MAX_PICTURES]:
        pictures.append(unquote(picture.get("src").removeprefix("cid:").strip()))
        sides = (
            picture.get(name, "").strip().removesuffix("px") for name in ("width", "height")
        )
        is_icon = any(it.isdecimal() and len(it) < 3 and int(it) < _MIN_SIDE for it in sides)
        if not is_icon and not picture.xpath(_NOT_SENT):
            picture.tag = "span"
            picture.text = f"{_BEFORE_PICTURE}{len(pictures) - 1}{_AFTER_PICTURE}"


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
