"""Whatever a mail is made of, reading it takes little: in memory, and of the processor."""

import gc
import re
import tracemalloc
from contextlib import suppress
from time import process_time

import pytest
from flufl.bounce._detectors.simplematch import SimpleMatch
from flufl.bounce._detectors.simplewarning import SimpleWarning

from forum.mail.incoming_mail.body_text import MAX_LENGTH
from forum.mail.incoming_mail.charsets import decode
from forum.mail.incoming_mail.message import IncomingMail, MailUnreadable
from forum.mail.incoming_mail.reply_text import extract_reply
from forum.mail.thread_mail.bounces.report import read_report
from forum.mail.thread_mail.replies.restoration import reply_of
from tests.stateful import seeds

# What notes lines would be timed, too; a worker that has just begun has room for the longest.
pytestmark = [pytest.mark.no_cover, pytest.mark.long]
SIZE = 24_900_000  # With what stands above and below it, as long as a mail may be.
#: Of the processor, four times what the worst of them takes while others work.
SECONDS = 8
HEAD = b"From: a@example.org\nTo: b@example.org\nSubject: Bois\nMIME-Version: 1.0\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8"
MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
PLAIN_PART = MIXED + b"--b\n" + PLAIN + b"\n\nOui, merci.\n--b\n"
SEMICOLONS = b";" * 49_000


@pytest.fixture(autouse=True)
def _freed():
    """What a mail was read into refers to itself: a worker would keep hundreds of MB of it."""
    yield
    gc.collect()


def filled(piece, size=SIZE):
    return piece * (size // len(piece))


def many_parts(piece, size=SIZE):
    return HEAD + MIXED + filled(b"--b\n" + piece + b"\n\n", size) + b"--b--\n"


MAILS = {
    "headers": lambda: HEAD + filled(b"a:\xe9\n") + b"\nOui.",
    "headers of carriage returns": lambda: HEAD + filled(b"a:\xe9\r") + b"\r\rOui.",
    "a header of many lines": lambda: HEAD + b"X-A: b\n" + filled(b" c\n") + b"\nOui.",
    "parameters": lambda: (
        HEAD + b'Content-Type: text/plain; a="' + SEMICOLONS + b'"\n\nOui.'
    ),
    "parameters of parts": lambda: many_parts(b'Content-Type: text/plain; a="' + SEMICOLONS),
    "parameters of parts, and no more of them": lambda: many_parts(
        b"Content-Type: text/plain; a=" + b";" * 900, 4_500_000
    ),
    "parameters of files": lambda: many_parts(
        b'Content-Disposition: attachment; filename="' + SEMICOLONS
    ),
    "headers of a part": lambda: (
        HEAD + MIXED + b"--b\n" + filled(b"a:\xe9\n") + b"\nOui.\n--b--\n"
    ),
    "empty parts": lambda: HEAD + MIXED + filled(b"--b\n\n") + b"--b--\n",
    "parts within parts": lambda: (
        HEAD + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
            for n in range(3_000)
        )
    ),
    "lines within parts within parts": lambda: (
        HEAD + PLAIN_PART + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
            for n in range(800)
        ) + b"\n" * 550_000
    ),
    "parts within parts of a report": lambda: HEAD + b"Return-Path: <>\n" + (
        b"Content-Type: multipart/mixed; boundary=ab\n\n--ab\n" * 800 + b"\n" * 155_000
    ),
    "blocks of a report": lambda: (
        HEAD + b"Return-Path: <>\nContent-Type: message/delivery-status\n\n" + b"\n" * 590_000
    ),
    "reports within reports": lambda: (
        HEAD + b"Content-Type: message/delivery-status\n\n" * 400 + b"\n" * 150_000
    ),
    "mails within mails": lambda: (
        HEAD + b"Content-Type: message/rfc822\n\n" * 900 + b"\n" * 500_000
    ),
    "names of charsets": lambda: many_parts(
        b"Content-Type: text/plain; charset=" + b"x" * 5_000 + b"\n\nOui."
    ),
    "encoded words in names of files": lambda: many_parts(
        b'Content-Disposition: attachment; filename="' + b"=??q?" * 9_000 + b'"\n\nOui.'
    ),
    "a charset of programs": lambda: (
        HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + filled(b"abc-", 2_000_000)
    ),
    "flowed lines": lambda: HEAD + PLAIN + b"; format=flowed\n\n" + filled(b"a " * 40 + b"\n"),
    "short flowed lines": lambda: (
        HEAD + PLAIN + b"; format=flowed\n\n" + filled(b"a \n", 1_700_000)
    ),
    "quoted flowed lines": lambda: (
        HEAD + PLAIN + b"; format=flowed; delsp=yes\n\n" + filled(b">> a \n", 3_000_000)
    ),
    "signatures": lambda: HEAD + PLAIN + b"\n\n" + filled(b"-- \n", 19_000),
    "one long line": lambda: HEAD + PLAIN + b"\n\n" + filled(b"abc "),
    "quoted printable": lambda: (
        HEAD + PLAIN + b"\nContent-Transfer-Encoding: quoted-printable\n\n"
        + filled(b"=C3=A9" * 12 + b"=\n")
    ),
}  # fmt: skip


@pytest.mark.deep
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_of_whatever_is_read_in_time_or_left_unread(name):
    raw = MAILS[name]()
    begun = process_time()
    try:
        mail = IncomingMail(raw)
        read = mail.message_id, mail.files, mail.machine([]), mail.recipients
        assert len(mail.plain_text) < MAX_LENGTH + 10, read
    except MailUnreadable:
        pass
    read_report(raw)

    assert process_time() - begun < SECONDS


@pytest.mark.deep
@pytest.mark.parametrize("sign", [b"@", b",", b"(", b"<", b"a@b,", b"<@>"])
def test_recipients_are_read_in_a_moment(sign):
    names = b"To", b"Cc", b"Delivered-To", b"X-Original-To", b"Envelope-To"
    written = b"".join(b"%s: De : %s\n" % (name, filled(sign, 49_000)) for name in names)
    begun = process_time()
    assert len(IncomingMail(b"From: a@example.org\n" + written + b"\nOui.").recipients) <= 1_000

    assert process_time() - begun < 1


@pytest.mark.deep
@pytest.mark.parametrize("line", [b" " * 998 + b"x", b"<" * 999, b"a@" * 499, b"- " * 499])
def test_a_report_in_the_words_of_all_programs_is_read_in_a_moment(line):
    starts = [start.pattern for start, _end, _address in SimpleMatch.PATTERNS]
    starts += [start.pattern for start, _end, _address in SimpleWarning.PATTERNS]
    openings = "\n".join(re.sub(r"\\s\*|[\\^$]|\|\w+(?=\))|[()]", "", one) for one in starts)
    raw = HEAD + b"\n" + openings.encode() + b"\n" + b"\n".join([line] * 195)
    begun = process_time()
    read_report(raw)

    assert process_time() - begun < 2


@pytest.mark.deep
@pytest.mark.parametrize("line", seeds("@><@><@><@><1-aaa-\n", "@><@><@>wrote<@ @><-\n"))
def test_lines_that_may_be_attributions_are_tried_in_a_moment(line):
    begun = process_time()
    assert extract_reply(line * (MAX_LENGTH // len(line)))

    assert process_time() - begun < 2, "each of them: 8 seconds"


@pytest.mark.deep
def test_a_mail_takes_a_few_times_its_own_size_of_memory():
    for raw in (MAILS["headers"](), MAILS["empty parts"]()):
        tracemalloc.start()
        try:
            with suppress(MailUnreadable):
                assert IncomingMail(raw).plain_text is not None
            read_report(raw)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 4 * SIZE


#: How the charset of a parameter may be written (RFC 2231): the library reads each.
SPELLINGS = (
    b"{}*=punycode''", b"{} *= punycode''", b"{}* =punycode''", b"{}*=punycode%27%27",
    b"{}*0*=punycode; {}*1=''", b"{}*0*=punycode''; {}*1*=", b'{}*="punycode"\'\'',
)  # fmt: skip


@pytest.mark.parametrize("spelling", seeds(*SPELLINGS))
@pytest.mark.parametrize(("header", "name"), [
    (b"Content-Disposition: attachment; ", b"filename"),
    (b"Content-Type: text/plain; ", b"name"),
    (b"Content-Type: text/plain; ", b"charset"), (b"Content-Type: multipart/x; ", b"boundary"),
])  # fmt: skip
def test_parameters_in_charsets_of_programs_take_no_longer_however_they_are_written(
    header, name, spelling
):
    part = header + spelling.replace(b"{}", name) + b"b" * 3_900 + b"\n\nOui."
    # As many of the longest as are read: by what they name, each takes a hundredth of a second.
    raw = many_parts(part, 240 * (len(part) + 6))
    begun = process_time()
    assert IncomingMail(raw).files is not None
    read_report(raw)

    assert process_time() - begun < 0.6


@pytest.mark.parametrize(("given", "name"), [
    ("filename*=utf-8''devis%20%C3%A9t%C3%A9.pdf", "devis été.pdf"),
    ("filename*=iso-8859-1'fr'devis%20%E9t%E9.pdf", "devis été.pdf"),
    ("filename*0*=utf-8''devis%20; filename*1*=%C3%A9t%C3%A9.pdf", "devis été.pdf"),
    ("filename*=punycode''devis.pdf", "devis.pdf"),
    (f"filename*={'x' * 500}''devis.pdf", "devis.pdf"),
])  # fmt: skip
def test_names_of_files_are_read_in_charsets_of_texts(given, name):
    part = (
        f"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; {given}\n\nx\n"
    )
    mail = IncomingMail(HEAD + MIXED + part.encode() + b"--b--\n")

    assert [it.name for it in mail.files] == [name]


@pytest.mark.parametrize("charset", seeds(b"punycode", b"idna", b"x" * 900))
@pytest.mark.parametrize("filling", [b"a" * 940, b"b" * 940, (b"b" * 200 + b"\n") * 4])
def test_parts_of_a_report_in_charsets_of_programs_take_no_longer(charset, filling):
    part = b"--b\nContent-Type: text/plain; charset=" + charset + b"\n\n\xe9-" + filling
    raw = b"Return-Path: <>\n" + HEAD + MIXED + filled(part + b"\n", 198_000)
    begun = process_time()
    read_report(raw)

    assert process_time() - begun < 1.5


@pytest.mark.parametrize("name", ["parts within parts of a report", "blocks of a report"])
def test_a_report_to_many_addresses_is_read_once(name):
    raw = MAILS[name]()[:200_000]
    begun = process_time()
    for _recipient in range(100):
        read_report(raw)

    assert process_time() - begun < SECONDS


def test_a_reply_to_many_threads_is_looked_through_once():
    mail = IncomingMail(HEAD + PLAIN + b"\n\n" + b"\n" * 198_000 + b"Oui.")
    assert mail.plain_text
    begun = process_time()
    for _thread in range(100):
        reply_of(mail)

    assert process_time() - begun < SECONDS


def test_of_a_long_text_the_beginning_is_read_and_it_is_told():
    mail = IncomingMail(HEAD + PLAIN + b"\n\n" + filled(b"Du bois.\n", 2 * MAX_LENGTH))

    assert mail.plain_text.startswith("Du bois.") and mail.plain_text.endswith("[…]")


def test_headers_beyond_what_is_read_do_not_keep_a_mail_from_being_read():
    mail = IncomingMail(HEAD + b"X-A: b\n" * 100 + b"X-B: " + b"c" * 300_000 + b"\n\nOui.")

    assert (mail.sender, mail.plain_text) == ("a@example.org", "Oui.")


@pytest.mark.parametrize(("charset", "text"), [
    ("latin-1", "é"), ("UTF-8", None), ("windows-1252", "é"), ("koi8-r", "И"), ("big5", None),
    ("punycode", None), ("idna", None), ("unicode_escape", None), ("raw_unicode_escape", None),
    ("base64", None), ("undefined", None), ("x" * 5_000, None), ("utf\0-8", None), ("", None),
])  # fmt: skip
def test_charsets_of_texts_are_read_and_no_other(charset, text):
    assert decode(b"\xe9", charset) == text
