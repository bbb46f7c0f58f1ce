"""The buttons, links and fields that the help names, and whether pages have them."""

import re
from html import unescape

from markdown_it import MarkdownIt

from tests.catalogue import ROOT

TEXTS = ROOT / "forum" / "site" / "help" / "texts"
#: What has a name on a page: controls and headings, what they are called beside, and parts.
_NAMED = re.compile(
    r"<(a|b|button|dt|h[1-3]|label|legend|option|summary)\b[^>]*>(.*?)</\1>", re.DOTALL
)
_LABEL = re.compile(r'aria-label="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
#: Those that no page of the demonstration shows, and why.
NOT_SHOWN = {
    "Contresigner la charte": "for whom somebody of their organisation has signed for",
    "En faire une fiche d’expérience": "for who asked, in a thread that is solved",
    "Garder mon compte": "for who has asked to close theirs",
    "Ne plus retenir": "for who asked, in a thread that is solved",
    "Ouvrir à la modification de tous": "for an author, of a post that nobody else edits",
    "Pas nous": "for whom a question is put to, in its thread",
    "Rendre cette fiche publique": "for the authors of a sheet that guests do not read",
    "Reprendre l’envoi à cette adresse": "where mails came back",
    "Écrire d’habitude pour elle": "for who has two seats",
    "Écrire par courriel :": "in a space that has an address",
}


def tokens_of(slug, language):
    """The parts of the text of a page of the help, those within lines too."""
    blocks = MarkdownIt("commonmark").parse((TEXTS / language / f"{slug}.md").read_text())
    return [it for block in blocks for it in (block, *(block.children or ()))]


def names_in(slug, language):
    """The names of buttons, links and fields on a page, in order: its strong words."""
    names, is_strong = [], False
    for token in tokens_of(slug, language):
        if token.type in ("strong_open", "strong_close"):
            is_strong = token.type == "strong_open"
            names += [""] if is_strong else []
        elif is_strong:
            names[-1] += token.content or " "
    return [" ".join(name.split()) for name in names]


def names_on(html):
    """What the controls and headings of a page are called, and each piece of that."""
    for _tag, inside in _NAMED.findall(html):
        yield from (_TAG.sub("", inside), *_TAG.split(inside))
    yield from _LABEL.findall(html)


def report(documents):
    """Print which French names none of ``documents`` has; return whether there is none.

    And which of ``NOT_SHOWN`` one has, or the help names no more.
    """
    seen = {" ".join(unescape(it).split()) for html in documents for it in names_on(html)}
    named = {name for page in (TEXTS / "fr").iterdir() for name in names_in(page.stem, "fr")}
    missing = sorted(named - seen - NOT_SHOWN.keys())
    needless = sorted(NOT_SHOWN.keys() & seen | NOT_SHOWN.keys() - named)
    for name in missing:
        print(f"\nhelp: no page has « {name} »")
    for name in needless:
        print(f"\nhelp: « {name} » need not be among those that no page has")
    print(f"\nhelp: {len(missing) + len(needless)} findings among {len(named)} names")
    return not missing + needless
