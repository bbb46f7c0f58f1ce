"""The manuals of Debian packages, as sections that are named alike on every machine.

They are read from where the packages put them, and no word of them is kept here. README.md
says how to install them; ``missing_packages`` which are not.
"""

import gzip
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from bench.search.roff import man_sections
from bench.search.sections import Section, html_sections

SHARE = Path("/usr/share")
#: Threads made of manuals.
THREADS = 20_000
#: Fewer words do not make a thread: they go to the section before.
_LEAST_WORDS = 30
#: An index; the whole manual once more. Links are other names of man pages.
_NO_PAGES = ("-index", "developers-reference")
#: Headings that say nothing of what is below them.
_GENERIC = {"description", "exemple", "exemples", "paramètres", "options", "syntaxe", "notes",
            "invocation du service", "fichiers", "valeur renvoyée"}  # fmt: skip


@dataclass(frozen=True)
class Manual:
    """A manual: its package and the files that it is in, below ``SHARE``."""

    name: str
    package: str
    files: str
    language: str = "fr"


MANUALS = (
    Manual("aptitude", "aptitude-doc-fr", "doc/aptitude/html/fr/*.html"),
    Manual("debian-edu", "debian-edu-doc-fr",
           "doc/debian-edu-doc-fr/debian-edu-trixie-manual.html"),
    Manual("developers", "developers-reference-fr", "developers-reference/fr/*.html"),
    Manual("faq", "debian-faq-fr", "doc/debian/FAQ/fr/*.fr.html"),
    Manual("faq-en", "debian-faq", "doc/debian/FAQ/*.en.html", "en"),
    Manual("gimp", "gimp-help-fr", "gimp/*/help/fr/*.html"),
    Manual("handbook", "debian-handbook", "doc/debian-handbook/html/fr-FR/*.html"),
    Manual("handbook-en", "debian-handbook", "doc/debian-handbook/html/en-US/*.html", "en"),
    Manual("installation", "installation-guide-amd64",
           "doc/installation-guide-amd64/fr/*.html"),
    Manual("installation-en", "installation-guide-amd64",
           "doc/installation-guide-amd64/en/*.html", "en"),
    Manual("kicad", "kicad-doc-fr", "doc/kicad/help/fr/*.html"),
    Manual("libreoffice", "libreoffice-help-fr", "libreoffice/help/fr/text/**/*.html"),
    Manual("lilypond", "lilypond-doc-html-fr", "doc/lilypond/html/Documentation/*/*.fr.html"),
    Manual("maint", "maint-guide-fr", "doc/maint-guide-fr/html/*.fr.html"),
    Manual("man", "manpages-fr", "man/fr/man[1578]/*.gz"),
    Manual("man-dev", "manpages-fr-dev", "man/fr/man[23]/*.gz"),
    Manual("reference", "debian-reference-fr", "doc/debian-reference-common/docs/*.fr.html"),
)  # fmt: skip


@dataclass(frozen=True)
class ManualSection:
    """One section. ``key`` names it: manual, page, and the headings below the page's own."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    language: str


def missing_packages():
    """The packages whose files are not there, in the order of the alphabet."""
    return sorted({one.package for one in MANUALS if not any(SHARE.glob(one.files))})


@cache
def sections():
    """THREADS sections, by their keys; the same from the same packages.

    Man pages are many: where there are too many sections, theirs are left out, by a hash of
    the key, so that another version of a package changes few.
    """
    found = {one.key: one for manual in MANUALS for one in _sections_of(manual)}
    many = [key for key in found if key.startswith(("man/", "man-dev/"))]
    many.sort(key=lambda key: sha256(key.encode()).digest())
    for key in many[: max(0, len(found) - THREADS)]:
        del found[key]
    return found


def _sections_of(manual):
    for path in sorted(SHARE.glob(manual.files)):
        if path.is_symlink() or path.stem.endswith(_NO_PAGES):
            continue
        page = f"{manual.name}/{_page_name(manual, path)}"
        seen = Counter()
        for section in _joined(_read(path)):
            key = " > ".join([page, *section.headings[1:]])
            seen[key] += 1
            if seen[key] > 1:
                key = f"{key} ({seen[key]})"
            key = re.sub(r"\s+", " ", key)
            paragraphs = tuple(section.paragraphs)
            yield ManualSection(key, _title(section.headings), paragraphs, manual.language)


def _page_name(manual, path):
    """The path below what all files of the manual share, without endings."""
    before = manual.files.partition("**/")[0] if "**/" in manual.files else None
    name = str(path.relative_to(SHARE / before)) if before else path.name
    if manual.name == "lilypond":
        name = f"{path.parent.name}/{name}"
    return re.sub(r"(\.fr|\.en)?\.(html|gz)$", "", name)


def _read(path):
    if path.suffix == ".gz":
        return man_sections(gzip.decompress(path.read_bytes()).decode("utf-8", "replace"))
    return html_sections(path.read_text("utf-8", errors="replace"))


def _joined(found):
    """Sections of _LEAST_WORDS or more: smaller ones go to the one before, else the next."""
    whole, waiting = [], []
    for section in found:
        if section.words >= _LEAST_WORDS:
            section.paragraphs[:0] = waiting
            waiting = []
            whole.append(section)
            continue
        words = [section.headings[-1], *section.paragraphs] if section.paragraphs else []
        (whole[-1].paragraphs if whole else waiting).extend(words)
    if not whole and sum(len(one.split()) for one in waiting) >= _LEAST_WORDS:
        whole = [Section(found[0].headings, waiting[1:])]
    return whole


def _title(headings):
    """The heading, and in brackets the nearest above it that says something."""
    *above, last = (one[:1].upper() + one[1:].rstrip(" :\u00a0") for one in headings)
    above = [one for one in above if one.lower() not in _GENERIC] or above[:1]
    if not above:
        return last[:160]
    if last.lower() == "description":
        return above[-1][:160]
    room = 160 - len(last) - 3
    return f"{last} ({above[-1][:room]})" if room > 20 else last[:160]
