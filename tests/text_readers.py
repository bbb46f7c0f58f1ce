"""Whatever reads text that strangers send, with the most that it is ever given."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.test import RequestFactory

from accounts.admission.forms import EmailDomainForm
from accounts.base import text as base_text
from accounts.base.erasure import whole_words
from accounts.base.forms import validate_mail_address
from accounts.base.mail import plain_body, site_address
from accounts.break_glass.rules import is_sufficient_reason
from accounts.charter import rendering as charter
from accounts.charter.diff import bounded_changes, diff_paragraphs
from accounts.charter.drafts.forms import MAX_TEXT_LENGTH as MAX_CHARTER_LENGTH
from accounts.glossary.terms import link_first_words
from accounts.organisations.namesakes import is_generic, is_namesake
from accounts.territories.search_keys import build_key, search_phrases, search_words
from accounts.users.devices import device_name
from accounts.viewers.viewers import GUEST
from forum.base import markup
from forum.base.markup.source_blocks import source_blocks
from forum.base.search_index.analysis import streams_of
from forum.base.search_index.terms import compound_clause, phrase_clause
from forum.base.search_index.vocabulary.words import correctable_words
from forum.conversation.addressees.selection.forms import AskOthersForm
from forum.conversation.files import serving
from forum.conversation.files.file_types import is_what_it_says
from forum.conversation.files.names import clean_name
from forum.conversation.meetings.calendar_addresses import parse_calendar_address
from forum.conversation.mentions.actions import render_again
from forum.conversation.mentions.names import names_in, typed_name
from forum.conversation.mentions.quotations import find_quoted
from forum.conversation.tags.models import tag_slug
from forum.conversation.threads.link_previews import lone_links
from forum.conversation.threads.models import Post
from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
from forum.finding.lists.changes import parse_known
from forum.finding.lists.listing import Listing
from forum.finding.search.filters import conditions, type_named
from forum.finding.search.missed_searches.rules import countable_words
from forum.finding.search.passages import Highlighter
from forum.finding.search.search_query import SearchQuery
from forum.library.open_data.ods import render_ods
from forum.library.open_data.tables import Column
from forum.library.sheets.authors.fingerprints import fingerprints
from forum.library.sheets.drawing import queries as sheet_drawing
from forum.library.sheets.months import parse_month
from forum.library.sheets.quantities.reading import read_quantity
from forum.library.sheets.quantities.unit_words import read_unit
from forum.library.sheets.quantities.units import Dimension
from forum.library.sheets.sensitive_details import sensitive_details
from forum.mail.incoming_mail import addresses
from forum.mail.incoming_mail.addresses import (
    named_address,
    named_addresses,
    says_via,
    without_addresses,
)
from forum.mail.incoming_mail.authentication import parse_authentication_results
from forum.mail.incoming_mail.calendar_reply import read_calendar_reply
from forum.mail.incoming_mail.html_text import text_of_html
from forum.mail.incoming_mail.list_footers import without_list_footers
from forum.mail.incoming_mail.machines import has_marks_of_machine
from forum.mail.incoming_mail.mbox import MailboxUnreadable, read_mbox
from forum.mail.incoming_mail.message import IncomingMail, MailUnreadable
from forum.mail.incoming_mail.openpgp import is_encrypted, without_clear_signature
from forum.mail.incoming_mail.reply_text import extract_reply, has_quotation, without_wraps
from forum.mail.incoming_mail.subjects import bare_subject, list_tags_of, subject_key
from forum.mail.mail_archives.importing.mail_writer import writer_of
from forum.mail.mail_archives.importing.parsed_mail import parse_mail
from forum.mail.mail_archives.post_text import as_markdown
from forum.mail.thread_mail import keys
from forum.mail.thread_mail.bounces.proof import proved_people
from forum.mail.thread_mail.bounces.report import read_report, status_in
from forum.mail.thread_mail.replies.restoration import publishable, reply_of, without_secrets
from forum.members.closing.names import patterns as names
from forum.members.closing.names.models import NamePhrase
from forum.moderation.thread_moves.splits.numbers import read_numbers

#: Characters that readers are given who do not say how many they take.
LONGEST = 200_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEPARATOR = b"From x Mon Mar  5 09:00:00 2012\n"


class Reader(NamedTuple):
    read: Callable[[str], object]
    #: The most characters that it is given, or looks at.
    longest: int = LONGEST


def mail_of(body: str, **headers: str) -> bytes:
    given = {"From": "Claire <c@example.org>", "Content-Type": "text/plain; charset=utf-8"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {' '.join(value.splitlines())}" for name, value in given.items()]
    return "\n".join([*lines, "", body]).encode("utf-8", "replace")


def read_mail(raw: bytes) -> None:
    try:
        mail = IncomingMail(raw)
    except MailUnreadable:
        return
    assert mail.message_id and mail.recipients is not None and mail.files is not None
    assert mail.subject is not None and mail.ancestors is not None


def as_header(name: str) -> Callable[[str], object]:
    def read(text: str) -> None:
        raw = mail_of("Oui.", **{name: text})
        read_report(raw)
        read_mail(raw)

    return read


def as_body(**headers: str) -> Callable[[str], object]:
    return lambda text: read_mail(mail_of(text, **headers))


def lone_link(text: str) -> str:
    return f'<p><a href="{site_address()}/{text}">https://{text}</a></p>'


def read_domain(address: str) -> None:
    with suppress(ValidationError):
        validate_mail_address(address)


def read_addressees(text: str) -> None:
    """Of a form that keeps whom it named before, as it looks for others."""
    sent = {"addressee": [text], "kept": text, "proposed": "expertise"}
    AskOthersForm(sent, viewer=GUEST)._still_ticked("expertise")


def read_archive(content: bytes) -> object:
    try:
        return [parse_mail(entry, NOW) for entry in read_mbox(BytesIO(content), LONGEST * 2)]
    except MailboxUnreadable:
        return None


def read_writer(text: str) -> object:
    """Of a mail whose list put its own address in From, with ``text`` where it names people."""
    said = dict.fromkeys(["List_Post", "List_Id", "X_Original_From", "Cc"], text)
    said["Reply_To"] = f"{text} <c@example.org>, c@example.com"
    mails = (mail_of("Oui.", From=f"{it} via x <x@y.example>", **said) for it in ("C", text))
    return [writer_of(IncomingMail(it), "") for it in mails]


def read_keys(text: str) -> object:
    addressed = keys.key_in_address(text), keys.request_in_address(text)
    return (
        addressed,
        keys.thread_keys_in(text),
        keys.stop_keys_in(text),
        keys.without_keys(text),
    )


def read_range(text: str) -> object:
    request = RequestFactory().get("/", headers={"Range": f"bytes={text}"})
    return serving._range_of(request, 1_000, "")


def changed(text: str) -> str:
    """``text`` with every third word another."""
    words = text.split(" ")
    words[::3] = [f"{word}z" for word in words[::3]]
    return " ".join(words)


#: Where words that are signed begin, and where they end.
ARMOUR = "\n-----BEGIN PGP SIGNED MESSAGE-----\n-----END PGP SIGNATURE-----\n"
_COLUMN = Column("a", "string", "a", str)
_LINKS = {"jeanne brunel": "/membres/1/"}
_highlighter = Highlighter(SearchQuery(words="3 eau a* énergie").expression)

READERS: Mapping[str, Reader] = {
    # Words and names.
    "folding": Reader(base_text.fold),
    "slug": Reader(base_text.slug_of.__wrapped__),
    "line": Reader(base_text.one_line),
    "printable line": Reader(lambda text: base_text.printable_line(text, len(text))),
    "controls": Reader(base_text.without_controls),
    "display controls": Reader(base_text.without_display_controls),
    "excerpt": Reader(lambda text: base_text.excerpt(text, len(text) // 2)),
    "names that are erased": Reader(whole_words(["Jeanne Brunel", "mot1 a"]).findall),
    "names that are replaced": Reader(
        lambda text: (
            names.written_in_full(["Jeanne Brunel"], ["a@b.fr"]).findall(text),
            names.pattern_of([NamePhrase("name", "Jeanne Brunel")]).findall(text),
            list(names.mentions_in(text, _LINKS, "/membres/1/", {"jeanne brunel"})),
        )
    ),
    "headings of quotations": Reader(
        lambda text: (names.HEADING.findall(text), names.unescaped(text))
    ),
    "name as it was typed": Reader(lambda text: typed_name(f"@{text}", 0)),
    "links of names": Reader(lambda text: render_again(Post(html=text, text="Oui."))),
    "tag": Reader(tag_slug),
    "file's name": Reader(clean_name),
    "file's beginning": Reader(
        lambda text: is_what_it_says("gpx", text.encode(errors="replace"))
    ),
    "organisations": Reader(
        lambda text: (is_namesake(text, changed(text)), is_generic(text)), 200
    ),
    "territory": Reader(lambda text: (search_words(text), search_phrases(text))),
    "territory's key": Reader(lambda text: build_key([text], [changed(text)]), 1_000),
    "domain": Reader(lambda text: EmailDomainForm({"domain": text}).is_valid(), 120),
    "reason": Reader(is_sufficient_reason),
    "device": Reader(device_name),
    "range": Reader(read_range),
    "cell": Reader(lambda text: render_ods("t", [("t", [_COLUMN], [[text]])])),
    "listing": Reader(
        lambda text: Listing.from_query(dict.fromkeys(("mot", "vue", "page"), text))
    ),
    "known rows": Reader(parse_known),
    # Search.
    "passage": Reader(_highlighter.passage, 20_000),
    "marks": Reader(_highlighter.marked),
    "index": Reader(streams_of),
    "vocabulary": Reader(lambda text: list(correctable_words(text))),
    "search": Reader(lambda text: SearchQuery.from_params({"q": text}).expression),
    "search's parts": Reader(lambda text: SearchQuery(words=text).parts, 200),
    "compound": Reader(compound_clause),
    "phrase": Reader(phrase_clause),
    "type": Reader(type_named),
    "day": Reader(lambda text: conditions(GUEST, {"depuis": text}, thread="", post=""), 80),
    # What is written.
    "Markdown": Reader(markup.render, MAX_TEXT_LENGTH),
    "blocks of the editor": Reader(source_blocks, MAX_TEXT_LENGTH),
    "plain part": Reader(markup.text_for_mail, MAX_TEXT_LENGTH),
    "no-break spaces": Reader(base_text.with_no_break_spaces),
    "words of a drawn sheet": Reader(sheet_drawing._own_words, MAX_TEXT_LENGTH),
    "missed search": Reader(countable_words),
    "quotation": Reader(lambda text: markup.quote(text, text, 1, "/"), MAX_TEXT_LENGTH),
    "words of HTML": Reader(lambda text: markup.plain_text(f"<p>{escape(text)}</p>")),
    "lines that a program broke": Reader(without_wraps),
    "own words of HTML": Reader(
        lambda text: markup.own_text_of(
            f"<blockquote>{escape(text)}</blockquote>{escape(text)}"
        )
    ),
    "addressees": Reader(read_addressees, 60_000),
    "domain of an address": Reader(lambda text: read_domain(f"a@{text}")),
    "changes": Reader(lambda text: bounded_changes(text, text[::-1]), MAX_TEXT_LENGTH),
    "names": Reader(lambda text: list(names_in(text))),
    "quoted posts": Reader(lambda text: find_quoted(GUEST, text)),
    "lone links": Reader(lambda text: lone_links(f"{site_address()}/", lone_link(text))),
    "charter": Reader(charter.render.__wrapped__, MAX_CHARTER_LENGTH),
    "receipt": Reader(charter.blocks.__wrapped__, MAX_CHARTER_LENGTH),
    "versions": Reader(
        lambda text: diff_paragraphs.__wrapped__(text, changed(text)), MAX_CHARTER_LENGTH
    ),
    "glossary": Reader(lambda text: link_first_words(text, set())),
    "mail that is sent": Reader(plain_body),
    "numbers of posts": Reader(read_numbers),
    # Sheets.
    "quantity": Reader(lambda text: read_quantity(text, Dimension.MONEY), 60),
    "unit": Reader(read_unit, 240),
    "month": Reader(parse_month),
    "details": Reader(sensitive_details, 40_000),
    # Mails.
    "reply": Reader(extract_reply),
    "quotations": Reader(has_quotation),
    "masked addresses": Reader(without_addresses),
    "named address": Reader(named_address),
    "named addresses": Reader(lambda text: (named_addresses(text), says_via(text))),
    "writer of a mail": Reader(read_writer),
    "beginning of an address": Reader(
        lambda text: (addresses._without_opaque(text), addresses._name(text, "c@example.org"))
    ),
    "authentication": Reader(parse_authentication_results),
    "HTML": Reader(text_of_html),
    "fingerprints": Reader(lambda text: fingerprints([text]), MAX_TEXT_LENGTH),
    "footers": Reader(without_list_footers),
    "signed in the clear": Reader(
        lambda text: without_clear_signature(f"{ARMOUR}{text}{ARMOUR}")
    ),
    "encrypted": Reader(is_encrypted),
    "text of an archive": Reader(as_markdown),
    "subject": Reader(
        lambda text: (bare_subject(text, list_tags_of([text])), subject_key(text))
    ),
    "marks of machines": Reader(has_marks_of_machine),
    "body": Reader(as_body()),
    "flowing body": Reader(as_body(Content_Type="text/plain; format=flowed")),
    "HTML of a mail": Reader(as_body(Content_Type="text/html")),
    "parts": Reader(as_body(Content_Type='multipart/mixed; boundary="x"')),
    "restored": Reader(
        lambda text: (reply_of(IncomingMail(mail_of(text))), publishable(text, "c@example.org"))
    ),
    "secrets": Reader(lambda text: without_secrets(extract_reply(text))),
    "keys": Reader(read_keys),
    "calendar address": Reader(parse_calendar_address),
    "answer of a calendar": Reader(
        lambda text: read_calendar_reply(f"BEGIN:VCALENDAR\n{text}", "c@example.org")
    ),
    "whose report": Reader(proved_people),
    "report": Reader(lambda text: read_report(mail_of(text))),
    "status": Reader(status_in),
    "archive": Reader(lambda text: read_archive(SEPARATOR + mail_of(text))),
    "separators": Reader(
        lambda text: read_archive(SEPARATOR + b"\nFrom " + text.encode(errors="replace"))
    ),
} | {
    f"header {name}": Reader(as_header(name))
    for name in ("From", "To", "Subject", "References", "Content-Type", "Content-Disposition")
}
