"""Sections of manuals: a heading and the paragraphs below it, out of HTML and man pages."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = {"p", "li", "dd", "dt", "pre", "td", "th", "div", "table", "ul", "ol", "dl", "br"}
_SKIPPED = {
    "script",
    "style",
    "nav",
    "aside",
    "header",
    "footer",
    "noscript",
    "title",
    "button",
}
#: What stands around the text of a page, by class or id: navigation, and no words of its own.
_AROUND = re.compile(
    r"nav(header|footer|igation|bar)?\b|nav_table|footer|(lo|table-of-)?contents|toc(page)?\b"
    r"|sphinxsidebar|related|mediaobject|revision|authorgroup|legalnotice|indexterm|donation"
)
#: "4.5.1. ", "Chapitre 3. ", "A.2. ": numbers change with each version of a manual.
_NUMBER = re.compile(
    r"^(?:(?:Chapitre|Chapter|Annexe|Appendix)\s+\w+\.?|\d+(?:\.\d+)*\.?|[A-Z](?:\.\d+)+\.?)[\s:]+"
)


@dataclass
class Section:
    """A heading with those above it in its page, from the top, and its paragraphs."""

    headings: tuple[str, ...]
    paragraphs: list[str] = field(default_factory=list)

    @property
    def words(self):
        """How many words its paragraphs have."""
        return sum(len(one.split()) for one in self.paragraphs)


def html_sections(html):
    """The sections of a page of HTML, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.sections


class _Reader(HTMLParser):
    """Gathers text below headings, without what stands around it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.sections = []
        self._path = []  # (level, heading)
        self._text = []
        self._heading = None
        self._open = []  # tags, from the one that began what is skipped
        self._wordless = {"img", "meta", "link", "input", "hr", "br", "col", "wbr", "source"}

    def handle_starttag(self, tag, attrs):
        if tag in self._wordless:
            if tag == "br":
                self._text.append(" ")
            return
        if self._open:
            self._open.append(tag)
            return
        named = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
        if tag in _SKIPPED or (tag in ("div", "table", "ul") and _AROUND.search(named.lower())):
            self._open.append(tag)
        elif tag in _HEADINGS:
            self._end_paragraph()
            self._heading = tag
        elif tag in _BLOCKS:
            self._end_paragraph()

    def handle_endtag(self, tag):
        if self._open:
            while self._open and self._open.pop() != tag:
                pass
        elif tag == self._heading:
            self._begin_section(_HEADINGS[tag])
        elif tag in _BLOCKS and not self._heading:
            self._end_paragraph()

    def handle_data(self, data):
        if not self._open:
            self._text.append(data)

    def close(self):
        super().close()
        self._end_paragraph()

    def _begin_section(self, level):
        heading, self._text, self._heading = _clean(self._text), [], None
        heading = _NUMBER.sub("", heading).strip("¶#\u00a0 ")
        if heading:
            self._path = [(above, name) for above, name in self._path if above < level]
            self._path.append((level, heading))
            self.sections.append(Section(tuple(name for _level, name in self._path)))

    def _end_paragraph(self):
        if self._heading:
            return
        text, self._text = _clean(self._text), []
        if text and self.sections and re.search(r"\w", text):
            self.sections[-1].paragraphs.append(text)


def _clean(pieces):
    """The words of ``pieces`` on one line; no-break spaces stay."""
    return re.sub(r"[ \t\r\n\f]+", " ", "".join(pieces).replace("\uf0c1", "")).strip()
