"""The examples of CommonMark, asked of our markup.

``python -m tests.forum.base.packaged_markdown FOLDER`` reads the source archive of mistune in
FOLDER (``make markdown-cases`` fetches it), which has the examples of the specification. Each
gives exactly what is specified, or differs by the rules below and by nothing else; and it
passes through all that is made of a post without an error and without anything active. Nothing
of the archive is kept here.
"""

import json
import os
import re
import sys
import tarfile
from collections import Counter
from pathlib import Path

import django
from lxml import html as lxml_html
from markdown_it import MarkdownIt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
django.setup()

from django.template.loader import render_to_string  # noqa: E402  (these need Django)

from accounts.base.mail import with_inline_styles  # noqa: E402
from accounts.base.text import excerpt, with_no_break_spaces  # noqa: E402
from forum.base import markup  # noqa: E402
from tests.forum.base.safe_html import faults_of  # noqa: E402

#: How many examples there are in the version that is asked.
COUNT = 652
#: What we parse otherwise than specified, and why: ``{reason: how the parser is set}``.
PARSING = {
    "raw HTML is shown as it was typed": lambda it: it.disable(["html_block", "html_inline"]),
    "no images: their host would learn who reads": lambda it: it.disable("image"),
    "no references: a long URL could be repeated at will": lambda it: it.disable("reference"),
    "bare addresses are links": lambda it: it.enable("linkify"),
    "lines end where they were ended": lambda it: it.options.update(breaks=True),
    "tables and strikethrough besides": lambda it: it.enable(["table", "strikethrough"]),
}
_KEPT = {"http", "https", "mailto", "tel", ""}


def _without_language(tree):
    for code in tree.iter("code"):
        code.attrib.pop("class", None)


def _without_other_schemes(tree):
    for link in tree.iter("a"):
        scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):|", link.get("href", ""), re.IGNORECASE)
        if (scheme[1] or "").lower() not in _KEPT:
            del link.attrib["href"]


def _with_our_headings(tree):
    above = []
    for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        while above and above[-1] >= heading.tag:
            above.pop()
        above.append(heading.tag)
        heading.tag = f"h{min(6, len(above) + 2)}"


def _with_french_spaces(tree):
    for element in tree.iter():
        if element.tag not in ("code", "pre"):
            element.text = with_no_break_spaces(element.text or "")
        element.tail = with_no_break_spaces(element.tail or "")


#: What we show otherwise of what is parsed alike.
SHOWING = {
    "the language of code is dropped": _without_language,
    "other schemes than those of the web lead nowhere": _without_other_schemes,
    "headings begin below the page's own, without a gap": _with_our_headings,
    "punctuation stays on the line of its word": _with_french_spaces,
}
#: What is only ours to add, and changes no word: rel of links, and how keys scroll code.
_ADDED = {"rel", "tabindex", "role", "aria-label"}


def main(folder):
    """Ask them all; print those that nothing explains, and how many each rule explains."""
    (archive,) = Path(folder).glob("mistune-*.tar.gz")
    with tarfile.open(archive) as packed:
        (name,) = (it for it in packed.getnames() if it.endswith("/commonmark.json"))
        cases = json.load(packed.extractfile(name))
    reasons, unexplained = Counter(), []
    for case in cases:
        found = differences(case["markdown"], case["html"])
        if found is None or (faults := faults_in_chain(case["markdown"])):
            unexplained.append((case["example"], found is None, found and faults))
        else:
            reasons[", and ".join(found) or "exactly as specified"] += 1
    for reason, count in reasons.most_common():
        print(f"{count:4} {reason}")
    for number, differs, faults in unexplained:
        print(f"Example {number}: {'differs for no reason' if differs else faults}")
    print(f"{len(cases)} examples, {len(unexplained)} unexplained.")
    return 0 if len(cases) == COUNT and not unexplained else 1


def differences(text, specified):
    """By which rules our HTML of ``text`` differs from what is ``specified``; None: others."""
    ours = canonical(_tree(markup.render(text)))
    if ours == canonical(_tree(specified)):
        return []
    found = [
        reason for reason in PARSING
        if _parsed(text, PARSING.keys() - {reason}) != _parsed(text, PARSING.keys())
    ]  # fmt: skip
    tree = _tree(_parsed(text, PARSING.keys()))
    for reason, change in SHOWING.items():
        before = canonical(tree)
        change(tree)
        if canonical(tree) != before:
            found.append(reason)
    return found if canonical(tree) == ours and found else None


def _parsed(text, reasons):
    parser = MarkdownIt("commonmark", {"linkify": "bare addresses are links" in reasons})
    for reason in reasons:
        PARSING[reason](parser)
    return parser.render(text)


def _tree(source):
    return lxml_html.document_fromstring(f"<html><body>{source}</body></html>").body


def canonical(element, is_code=False):
    """What ``element`` is, without what is only added, and white space that is no text."""
    is_code = is_code or element.tag == "pre"

    inner = [_shown(element.text or "", is_code)]
    for child in element:
        inner += [canonical(child, is_code), _shown(child.tail or "", is_code)]
    attributes = sorted(it for it in element.attrib.items() if it[0] not in _ADDED)
    return str(element.tag), tuple(attributes), tuple(it for it in inner if it)


def _shown(text, is_code):
    return text if is_code else re.sub(r"[ \n]+", " ", text).strip(" \n")


def faults_in_chain(text):
    """What is active, or unclosed, in anything that is made of ``text``."""
    html = markup.render(text)
    markup.text_for_mail(text)
    excerpt(markup.plain_text(html), 200)
    preview = render_to_string(
        "conversation/threads/preview.html", {"html": html, "csrf_token": "-"}
    )
    with_inline_styles(f"<html><body>{html}</body></html>")
    return faults_of(html) + ([] if html in preview else ["not what the preview shows"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
