"""The cases that other extractors of replies are packaged with, asked of ours.

``python -m tests.forum.mail.incoming_mail.packaged_cases FOLDER`` reads the source archives of
talon and quotequail in FOLDER (``make mail-cases`` fetches them) and fails where fewer than
``LEAST`` of their cases give exactly what these expect. Nothing of them is kept here.
"""

import ast
import io
import os
import re
import sys
import tarfile
import tempfile
from pathlib import Path
from types import SimpleNamespace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
django.setup()

from forum.mail.incoming_mail.html_text import text_of_html  # noqa: E402  (these need Django)
from forum.mail.incoming_mail.message import plain_text  # noqa: E402
from forum.mail.incoming_mail.reply_text import extract_reply  # noqa: E402

#: The share that must be exact: what differs keeps signatures, or joins paragraphs.
LEAST = 0.8
#: Tests of talon's own parts rather than of what they give.
_INTERNAL = re.compile(r"test_(mark|process|preprocess$|split|standard_replies|too_many)")


class _Asked(str):
    """A mail that a packaged test gives to its extractor."""

    def decode(self, _encoding):
        """Itself: some tests took bytes."""
        return self


def main(folder):
    """Ask them all; print those that differ and how many there are."""
    with tempfile.TemporaryDirectory() as unpacked:
        for archive in sorted(Path(folder).glob("*.tar.gz")):
            with tarfile.open(archive) as packed:
                packed.extractall(unpacked, filter="data")
        (talon,) = Path(unpacked).glob("talon-*")
        (quotequail,) = Path(unpacked).glob("quotequail-*")
        cases = [*talon_texts(talon), *talon_mails(talon), *quotequail_texts(quotequail)]
    differ = [case for case in cases if _plain(case[1]) != _plain(case[2])]
    for name, expected, got in differ:
        print(f"{name}\n  expected {expected!r}\n  got      {got!r}")
    print(f"{len(cases) - len(differ)} of {len(cases)} exact.")
    return 0 if len(cases) - len(differ) >= LEAST * len(cases) > 0 else 1


def _plain(text):
    """``text`` but for what ends its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def talon_texts(talon):
    """``(name, expected, got)`` of its tests of plain texts, which are run to hear them."""
    source = (talon / "tests" / "text_quotations_test.py").read_text()
    source = re.sub(r"^(from|import) .*", "", source, flags=re.MULTILINE)
    said = []
    heard = {
        "eq_": lambda expected, asked, *_why: said.append((expected, asked)),
        "quotations": SimpleNamespace(extract_from_plain=_Asked, MAX_LINES_COUNT=1),
        "patch": SimpleNamespace(object=lambda *_what: lambda test: test),
        "six": SimpleNamespace(text_type=str),
        "os": os, "StringIO": io.StringIO, "range": range,
    }  # fmt: skip
    exec(compile(source, "talon", "exec"), heard)  # noqa: S102
    for name, test in list(heard.items()):
        if name.startswith("test_") and not _INTERNAL.match(name):
            said.clear()
            test()
            for expected, asked in said:
                yield f"talon {name}", expected, extract_reply(asked).text


def talon_mails(talon):
    """The same of its mails, plain ones and in HTML."""
    for mail in sorted((talon / "tests/fixtures/standard_replies").glob("*.eml")):
        told = mail.with_name(f"{mail.stem}_reply_text")
        expected = told.read_text() if told.exists() else "Hello"
        yield f"talon {mail.name}", expected, extract_reply(plain_text(mail.read_bytes())).text
    for mail in sorted((talon / "tests/fixtures/html_replies").glob("*.html")):
        got = extract_reply(text_of_html(mail.read_text())).text
        words = "Hi. I am fine.\n\nThanks,\nAlex"
        yield f"talon {mail.name}", words, re.sub(r"\n+(?=Alex)", "\n", got)


def quotequail_texts(quotequail):
    """The same of what it finds quoted, and of what it finds around what is."""
    for file, own in (("test_quote.py", _own_of_quote), ("test_unwrap.py", _own_of_unwrap)):
        for function in ast.parse((quotequail / "tests" / file).read_text()).body:
            for decorator in getattr(function, "decorator_list", []):
                for number, case in enumerate(decorator.args[1].elts):
                    text, *told = [ast.literal_eval(one) for one in case.elts]
                    if (expected := own(*told)).strip():
                        name = f"quotequail {file} {number}"
                        yield name, expected, extract_reply(text).text


def _own_of_quote(_with_announcement, parts):
    return "".join(text for is_own, text in parts if is_own)


def _own_of_unwrap(told):
    told = told or {}
    around = told.get("text_top", ""), told.get("text_bottom", "")
    return "\n\n".join(filter(None, around))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
