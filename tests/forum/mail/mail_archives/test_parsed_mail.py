"""What is kept of a mail of a list: whose, when, what they wrote; and which are left out."""

from datetime import UTC, datetime

import pytest

from forum.base.markup import render
from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
from forum.mail.incoming_mail.list_footers import without_list_footers
from forum.mail.incoming_mail.mbox import MboxEntry
from forum.mail.mail_archives.authentication import UNVERIFIED_ADDRESS, UNVERIFIED_NAME
from forum.mail.mail_archives.dates import date_of_mail
from forum.mail.mail_archives.importing.parsed_mail import parse_mail
from forum.mail.mail_archives.models import LeftOut
from forum.mail.mail_archives.post_text import as_markdown, attachments_note, post_text
from tests.forum.mail.mail_archives.helpers import mail

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEPARATOR = "From marie@mairie.example Mon Mar  5 09:00:00 2012"


def parsed(raw, separator=SEPARATOR, is_too_long=False):
    return parse_mail(MboxEntry(separator, raw, is_too_long), NOW)


#: How a list passes a mail of Marie's on, so that it is taken for its own (DMARC).
REWRITTEN = {
    "From": "Marie Dubosc via Tepos <tepos@listes.example>",
    "To": "tepos@listes.example",
    "List_Post": "<https://listes.example/tepos>, <mailto:Tepos@listes.example>",
    "Reply_To": "tepos@listes.example",
}
MARIE = "Marie Dubosc <marie@mairie.example>"


def writer(**headers):
    one = parsed(mail(1, **REWRITTEN | headers))
    return one.name, one.address


@pytest.mark.parametrize(
    "headers",
    [
        {"Reply_To": MARIE},
        {"Reply_To": f"{MARIE}, tepos@listes.example"},
        {"Reply_To": f"Tepos <tepos@listes.example>, {MARIE}"},
        {"Reply_To": "DUBOSC Marie (mairie) <marie@mairie.example>, tepos@listes.example"},
        {"Reply_To": "tepos@listes.example, marie@mairie.example"},
        {"Reply_To": f"{MARIE}, tepos-request@listes.example"},
        {"X_Original_From": MARIE},
        {"X_Original_From": "marie@mairie.example"},
        {"Original_From": MARIE, "Reply_To": "Paul Riou <paul@sivom.example>"},
        {"Cc": MARIE},
        {"Cc": f"Paul Riou <paul@sivom.example>, {MARIE}, elus@mairie.example"},
        {"Reply_To": MARIE, "List_Post": None, "List_Id": None},
        {"Reply_To": MARIE, "From": "Marie Dubosc <tepos@listes.example>"},
        {"Reply_To": MARIE, "From": "tepos@listes.example"},
        {"Reply_To": MARIE, "From": "Marie <tepos@listes.example>", "List_Post": None},
    ],
)
def test_a_list_that_writes_in_the_names_of_others_is_not_taken_for_them(headers):
    name, address = writer(**headers)

    assert {"Marie", "Dubosc"} & {*name.split()} or name == ""
    assert address == "marie@mairie.example"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Reply_To": None},
        {"Reply_To": "Paul Riou <paul@sivom.example>"},
        {"Reply_To": "contact@mairie.example"},
        {"Reply_To": "Tout le réseau <reseau@listes.example>, tepos@listes.example"},
        {"Reply_To": f"{MARIE}, Marie Dubosc <marie@ailleurs.example>"},
        {"X_Original_From": "Paul Riou <paul@sivom.example>"},
        {"X_Original_From": "Tepos <tepos@listes.example>"},
        {"Cc": "marie@mairie.example"},
        {"Cc": "Marie Martin <marie@mairie.example>"},
        {"Cc": f"{MARIE}, Marie Dubosc <marie@ailleurs.example>"},
        {"List_Post": None},
        {"List_Post": None, "List_Id": None},
        {"From": "Marie Dubosc <tepos@listes.example>", "List_Post": None},
    ],
)
def test_whom_a_list_names_without_an_address_of_theirs_has_a_name_alone(headers):
    name, address = writer(**headers)

    assert name == "Marie Dubosc" and address.endswith("@archives.invalid")
    assert address == writer()[1] != writer(From=REWRITTEN["From"].replace("Marie", "Paul"))[1]


@pytest.mark.parametrize("name", ["", "Tepos", "tepos@listes.example via Tepos"])
def test_what_a_list_sends_without_the_name_of_anybody_is_of_nobody(name):
    found = writer(From=f"{name} <tepos@listes.example>", Cc=MARIE)

    assert found == (UNVERIFIED_NAME, UNVERIFIED_ADDRESS)


def test_the_first_part_of_an_address_is_no_name_also_where_a_list_writes_it():
    found = writer(From="marie via Tepos <tepos@listes.example>", Reply_To="marie@m.example")

    assert found == ("", "marie@m.example")


def test_an_address_that_resembles_that_of_the_list_is_a_persons():
    found = writer(From="Paul Riou <pos@listes.example>", Reply_To=MARIE)

    assert found == ("Paul Riou", "pos@listes.example")


def test_a_list_that_says_its_name_alone_has_the_address_that_its_mails_were_sent_to():
    one = parsed(mail(1, To="Paul <paul@sivom.example>, Tepos@listes.example"))

    assert one.list_address == "tepos@listes.example"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"X_Spam_Flag": "YES"}, LeftOut.SPAM),
        ({"X_Spam_Status": "Yes, score=9"}, LeftOut.SPAM),
        ({"Auto_Submitted": "auto-replied"}, LeftOut.AUTOMATIC),
        ({"From": "MAILER-DAEMON@mairie.example"}, LeftOut.AUTOMATIC),
        ({"Subject": "Réponse automatique : [tepos] Bois"}, LeftOut.AUTOMATIC),
        ({"Subject": "Absent du bureau"}, LeftOut.AUTOMATIC),
        ({"Content_Type": "multipart/report; boundary=x"}, LeftOut.AUTOMATIC),
        ({"From": "tepos-request@listes.example"}, LeftOut.ADMINISTRATIVE),
        ({"From": "SYMPA <sympa@listes.example>"}, LeftOut.ADMINISTRATIVE),
        ({"Subject": "unsubscribe"}, LeftOut.ADMINISTRATIVE),
        ({"Subject": "Tepos Digest, Vol 5, Issue 11"}, LeftOut.ADMINISTRATIVE),
        ({"Subject": "Lot Tepos, Vol 5, Parution 11"}, LeftOut.ADMINISTRATIVE),
        ({"From": '"A" <a@x.example>, "B" <b@x.example>'}, LeftOut.SEVERAL_AUTHORS),
        ({"From": "a@x.example\nFrom: b@x.example"}, LeftOut.SEVERAL_AUTHORS),
        ({"From": "a@x.example\nFrom: Marie"}, LeftOut.SEVERAL_AUTHORS),
        ({"Content_Type": "multipart/encrypted; boundary=x"}, LeftOut.EMPTY),
    ],
)
def test_what_nobody_wrote_is_left_out_for_a_reason(headers, reason):
    assert parsed(mail(1, **headers)) is reason


@pytest.mark.parametrize("subject", [
    "Re: Tepos Digest, Vol 5, Issue 11", "Re: [Tepos] Tepos Digest, Vol 5, Issue 11",
    "[Tepos] RE: Lot Tepos, Vol 5, Parution 11", "TR: Tepos mailing list memberships reminder",
])  # fmt: skip
def test_what_answers_a_mail_of_the_list_program_somebody_wrote(subject):
    assert parsed(mail(1, "Non, 150 kW.", Subject=subject)).text == "Non, 150 kW."


@pytest.mark.parametrize("header", [
    "Dubosc, Marie <marie@mairie.example>", "Marie [Mairie] <marie@mairie.example>",
    '"Dubosc, Marie" <marie@mairie.example>', "marie@mairie.example", "marie at mairie.example",
])  # fmt: skip
def test_who_wrote_is_read_as_at_the_door(header):
    assert parsed(mail(1, From=header)).address == "marie@mairie.example"


def test_words_that_are_encrypted_are_left_out_and_signed_ones_kept():
    armour = "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----"
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n150 kW.\n"
        "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----"
    )

    assert parsed(mail(1, armour)) is LeftOut.EMPTY
    assert parsed(mail(1, signed)).text == "150 kW."


def test_whose_address_no_header_says_is_known_by_the_line_of_the_file():
    one = parsed(
        mail(1, From="Marie Dubosc"), "From marie at m.example  Mon Mar  5 09:00:00 2012"
    )

    assert (one.name, one.address) == ("Marie Dubosc", "marie@m.example")
    assert parsed(mail(1, From=None)).address == "marie@mairie.example"
    for separator in ("", "From - Mon Mar  5 09:00:00 2012"):
        assert parsed(mail(1, From="Marie Dubosc"), separator) is LeftOut.UNREADABLE


@pytest.mark.parametrize("name", ["Subject", "From", "Message_ID", "References", "Date"])
def test_a_header_that_is_garbage_stops_nothing(name):
    for garbage in ("=?\0?q?x?=", "<\0@x>", "=?utf-8?b?////?=", "\udce9\udcff <a@b.example>"):
        raw = mail(1, **{name: "·"}).replace(
            "·".encode(), garbage.encode("utf8", "surrogateescape")
        )
        one = parsed(raw)
        if not isinstance(one, LeftOut):
            texts = [one.subject, one.name, one.text, one.message_id, *one.references]
            assert "\0" not in "".join(texts)
            assert "".join(texts).encode()


def test_what_is_empty_or_too_long_is_left_out():
    assert parsed(mail(1, "")) is LeftOut.EMPTY
    assert parsed(mail(1), is_too_long=True) is LeftOut.OVERSIZED


def test_a_mail_of_the_list_is_no_automatic_one():
    assert parsed(mail(1)).text == "Bonjour à tous."


@pytest.mark.parametrize(
    ("date", "received", "separator", "expected"),
    [
        ("Mon, 5 Mar 2012 10:00:00 +0100", [], SEPARATOR, datetime(2012, 3, 5, 9)),
        ("", ["by x; Mon, 5 Mar 2012 10:00:00 +0000"], "", datetime(2012, 3, 5, 10)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", [], SEPARATOR, datetime(2012, 3, 5, 9)),
        ("Mon, 5 Mar 2063 10:00:00 +0000", [], SEPARATOR, datetime(2012, 3, 5, 9)),
        ("Mon, 5 Mar 2018 10:00:00 +0000", [], SEPARATOR, datetime(2012, 3, 5, 9)),
        ("Mon, 5 Mar 2001 10:00:00 +0000", [], SEPARATOR, datetime(2012, 3, 5, 9)),
        ("hier", ["no date"], "From x Mon Mar  5 09:00:00 CET 2012", datetime(2012, 3, 5, 9)),
        ("Mon, 5 Mar 99999 10:00:00", [], "", None),
    ],
)
def test_an_absurd_date_gives_way_to_what_servers_noted(date, received, separator, expected):
    found = date_of_mail(date, received, separator, NOW)

    assert found == (expected and expected.replace(tzinfo=UTC))


FOOTERS = [
    "_______________________________________________\nTepos mailing list\n"
    "tepos@listes.example\nhttp://listes.example/mailman/listinfo/tepos",
    "_______________________________________________\nTepos -- tepos@listes.example\n"
    "To unsubscribe send an email to tepos-leave@listes.example",
    "---\nPour vous désabonner : https://listes.example/wws/sigrequest/tepos",
    "-- \nVous recevez ce message car vous êtes abonné·e à la liste tepos.\n\n"
    "Se désinscrire : https://framalistes.org/sympa/auto_signoff/tepos",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_what_lists_add_is_taken_off_also_where_it_is_quoted(footer):
    quoted = "\n".join(f"> {it}".rstrip() for it in footer.split("\n"))

    assert without_list_footers(f"Bonjour.\n\n{footer}\n") == "Bonjour."
    assert parsed(mail(1, f"Bonjour.\n\n{footer}")).text == "Bonjour."
    assert without_list_footers(f"> Oui.\n>\n{quoted}\n\nEt moi aussi.").split() == [
        ">", "Oui.", ">", "Et", "moi", "aussi."
    ]  # fmt: skip


def test_a_rule_and_a_signature_of_the_writer_are_no_footer():
    text = "Voici :\n\n__________\nNom et prénom\n\n-- \nMarie Dubosc, mairie"

    assert without_list_footers(text) == text


def test_a_footer_that_is_a_part_of_its_own_does_not_hide_the_mail_in_html():
    raw = mail(
        1,
        "--x\nContent-Type: text/html; charset=utf-8\n\n<p>Le vrai texte.</p>\n"
        f"--x\nContent-Type: text/plain\n\n{FOOTERS[0]}\n--x--\n",
        Content_Type="multipart/mixed; boundary=x",
        Content_Transfer_Encoding=None,
    )

    assert parsed(raw).text == "Le vrai texte."


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_subjects_and_texts_are_read_in_every_encoding_also_undeclared(charset):
    raw = mail(1, "Été", Subject="Énergie", Content_Type=f"text/plain; charset={charset}")
    raw = raw.decode().encode(charset)

    assert (parsed(raw).subject, parsed(raw).text) == ("Énergie", "Été")


@pytest.mark.parametrize(
    "header",
    [
        "=?utf-8?q?=C3=89nergie_=3A?=\n le bois",
        "=?utf-8?b?w4luZXJnaWUgOg==?= =?utf-8?q?_le?=\n\tbois",
        "=?iso-8859-15?Q?=C9nergie?= : =?windows-1252?Q?le?= bois",
        "=?x-unknown?q?=C9nergie?= : le bois",
    ],
)
def test_a_subject_in_encoded_words_loses_no_space(header):
    assert parsed(mail(1, Subject=header)).subject == "Énergie : le bois"


def test_the_same_mail_is_known_again_in_another_file():
    one = mail(1)
    footed = one + FOOTERS[0].encode()
    without_id = mail(1, Message_ID=None)

    assert parsed(one).identity == parsed(footed, "From x Tue Mar 3 10:00:00 2020").identity
    assert parsed(one).identity != parsed(mail(2, Message_ID="<1@mairie.example>")).identity
    assert parsed(without_id).identity == parsed(b"X-Filter: yes\n" + without_id).identity
    other_text = mail(1, "Un autre.", Message_ID=None)
    assert parsed(without_id).identity != parsed(other_text).identity


def test_a_mail_that_is_only_a_file_is_kept_and_the_file_is_named():
    raw = mail(
        1,
        "--x\nContent-Type: application/pdf; name=plan.pdf\n"
        "Content-Disposition: attachment; filename=plan.pdf\n"
        "Content-Transfer-Encoding: base64\n\n" + "QUFB" * 500 + "\n--x--\n",
        Content_Type="multipart/mixed; boundary=x",
        Content_Transfer_Encoding=None,
    )

    assert parsed(raw).attachments == [["plan.pdf", 1500]]
    assert "`plan.pdf` (2\u00a0ko)" in attachments_note(parsed(raw).attachments)


def test_what_is_quoted_and_nowhere_else_is_kept_below_and_masked():
    raw = mail(
        1, "Je réponds.\n\nLe 4 mars 2012, Jean <jean@sivom.example> a écrit :\n> La question."
    )
    one = parsed(raw)

    assert post_text(one.text, one.folded, False, []) == "Je réponds."
    shown = post_text(one.text, one.folded, True, [])
    assert "La question." in render(shown) and "<blockquote>" in render(shown)
    assert "sivom" not in shown + one.folded


def test_a_signature_is_no_quotation():
    one = parsed(mail(1, "Bonjour.\n\n-- \nMarie Dubosc\nmarie@mairie.example"))

    assert one.folded and "mairie.example" not in one.folded
    assert post_text(one.text, one.folded, True, []) == "Bonjour."


def test_short_lines_stay_lines_and_no_indentation_becomes_code():
    html = render(as_markdown("Cordialement,\nMarie\n\n      en retrait\n\nTitre\n-----\nfin"))

    assert "Cordialement,<br>" in html
    assert "<pre" not in html and "<h3" not in html


def test_a_text_that_is_too_long_for_a_post_is_cut_and_names_its_files_all_the_same():
    text = post_text("mot " * 20_000, "", False, [["plan.pdf", 3]])

    assert len(text) <= MAX_TEXT_LENGTH and "[…]" in text and "plan.pdf" in text
