"""Whatever a line or a mail is made of, it is read in a time that grows as it does."""

from datetime import UTC, datetime
from io import BytesIO
from time import process_time

import pytest

from forum.incoming_mail.addresses import named_address, without_addresses
from forum.incoming_mail.authentication import parse_authentication_results
from forum.incoming_mail.html_text import text_of_html
from forum.incoming_mail.list_footers import without_list_footers
from forum.incoming_mail.mbox import MailboxUnreadable, read_mbox
from forum.incoming_mail.message import IncomingMail, MailUnreadable
from forum.incoming_mail.reply_text import extract_reply, has_quotation
from forum.incoming_mail.subjects import bare_subject, list_tags_of
from forum.mail_archives.importing.parsed_mail import parse_mail
from forum.mail_archives.post_text import as_markdown
from forum.thread_mail.bounces.report import read_report, status_in
from forum.thread_mail.replies.restoration import restored_text

#: Characters of a line; seconds that it takes at most, of which most take a tenth.
LENGTH, SECONDS = 200_000, 5
PIECES = [
    "x", "-", ">", "_", " ", "@", ".", "<", "=?", "\n", "> > > ", "a@", "--", "[a]", "(at)",
    ",a", "Re: ", "12:00 ", "a at ", "\t", "<a", "\r", "\u2028", "=?utf-8?q?a?=",
    ";", "1.", "De : ",
]  # fmt: skip
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEPARATOR = b"From x Mon Mar  5 09:00:00 2012\n"


def whole(body, **headers):
    given = {"From": "Claire <c@example.org>", "Content-Type": "text/plain; charset=utf-8"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {' '.join(value.splitlines())}" for name, value in given.items()]
    return "\n".join([*lines, "", body]).encode()


def as_header(name):
    def read(text):
        raw = whole("Oui.", **{name: text})
        read_report(raw)
        try:
            mail = IncomingMail(raw)
        except MailUnreadable:
            return
        assert mail.message_id
        assert mail.recipients is not None and mail.subject is not None and not mail.hops

    return read


def imported(content):
    try:
        return [parse_mail(entry, NOW) for entry in read_mbox(BytesIO(content), LENGTH * 2)]
    except MailboxUnreadable:
        return []


READERS = {
    "reply": extract_reply,
    "quotation": has_quotation,
    "addresses": without_addresses,
    "named address": named_address,
    "authentication": parse_authentication_results,
    "html": text_of_html,
    "footers": without_list_footers,
    "markdown": as_markdown,
    "subject": lambda text: bare_subject(text, list_tags_of([text])),
    "body": lambda text: IncomingMail(whole(text)).message_id,
    "flowed": lambda text: IncomingMail(whole(text, Content_Type="text/plain; format=flowed")),
    "restored": lambda text: restored_text(whole(text), "Oui.", "c@example.org"),
    "report": lambda text: read_report(whole(text)),
    "status": status_in,
    "mail of an mbox": lambda text: imported(SEPARATOR + whole(text)),
    "separator of an mbox": lambda text: imported(SEPARATOR + b"\nFrom " + text.encode()),
} | {
    name: as_header(name)
    for name in ("From", "To", "Subject", "References", "Content-Type", "Content-Disposition")
}


@pytest.mark.parametrize("name", READERS)
def test_a_long_line_of_anything_is_read_in_time(name):
    for piece in PIECES:
        begun = process_time()
        READERS[name](piece * (LENGTH // len(piece)))
        assert process_time() - begun < SECONDS, repr(piece)


@pytest.mark.parametrize(
    "piece",
    ["<blockquote>x", "<blockquote>", "<blockquote>x</blockquote>y", "<style>x</style>y",
     "<hr>", "<b style='display:none'>x</b>y", "<table><tr><td>x", "<div>x", "<a href='"],
)  # fmt: skip
def test_tags_within_tags_are_read_in_time(piece):
    begun = process_time()
    text_of_html(piece * (LENGTH // len(piece)))

    assert process_time() - begun < SECONDS


def test_groups_of_addresses_within_groups_name_nobody():
    assert IncomingMail(whole("Oui.", To="re: " * 20_000)).recipients == []


def test_of_an_endless_header_the_beginning_is_read():
    mail = IncomingMail(whole("Oui.", Subject="Bois ? " + "x" * LENGTH))

    assert mail.subject.startswith("Bois ? x") and len(mail.subject) < LENGTH
    assert mail.plain_text == "Oui."
