"""What the HTML of a post may be made of."""

import re
from html.parser import HTMLParser

_VOID = {"br", "hr"}
_ELEMENTS = {
    "a", "blockquote", "br", "code", "del", "details", "div", "em", "h3", "h4", "h5", "h6",
    "hr", "li", "ol", "p", "pre", "s", "section", "span", "strong", "summary", "sup", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"href", "title", "rel", "id", "role", "aria-label", "start", "tabindex", "class"}
_ADDRESS = re.compile(r"(?!\s*[a-z][a-z0-9+.-]*:)|\s*(https?|mailto|tel):", re.IGNORECASE)


class _Checker(HTMLParser):
    """Collects what is not allowed, and what is not closed in its turn."""

    def __init__(self):
        super().__init__()
        self.faults, self.opened, self.ids = [], [], set()

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        self.faults += [f"<{tag}>"] * (tag not in _ELEMENTS)
        self.faults += [f"{tag} {name}" for name in names if name not in _ATTRIBUTES]
        about = dict(attrs)
        if not _ADDRESS.match(about.get("href") or ""):
            self.faults.append(about["href"])
        if about.get("class") not in (None, "scroll"):
            self.faults.append(f"class {about['class']}")
        if (one := about.get("id")) is not None:
            self.faults += [f"twice {one}"] * (one in self.ids)
            self.ids.add(one)
        if tag == "a" and "a" in self.opened:
            self.faults.append("a link within a link")
        if tag not in _VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag):
        if not self.opened or self.opened.pop() != tag:
            self.faults.append(f"</{tag}> out of turn")

    def handle_comment(self, data):
        self.faults.append(f"comment {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def faults_of(html):
    """What is in ``html`` that no post may have; nothing for what is as it should be."""
    checker = _Checker()
    checker.feed(html)
    checker.close()
    return checker.faults + [f"<{tag}> not closed" for tag in checker.opened]
