"""The text of a mail is its writer's words: no armour, and nothing that plays with a screen."""

import pytest

from accounts.base.text import without_display_controls
from forum.mail.incoming_mail import html_layout
from forum.mail.incoming_mail.html_layout import lay_out
from forum.mail.incoming_mail.message import IncomingMail, MailUnreadable
from forum.mail.incoming_mail.openpgp import is_encrypted, without_clear_signature

SIGNED = """\
-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Bonjour,
- - 150 kW
- -----Rien-----
-----BEGIN PGP SIGNATURE-----

iQEzBAEBCAAdFiEE
=abcd
-----END PGP SIGNATURE-----
"""
HEADERS = b"From: Claire <c@example.org>\nContent-Type: text/%s; charset=utf-8\n\n"


def read(text, kind=b"plain"):
    return IncomingMail(HEADERS % kind + text.encode()).plain_text


def test_what_was_signed_in_the_clear_is_read_without_its_armour():
    assert read(SIGNED).strip() == "Bonjour,\n- 150 kW\n-----Rien-----"
    assert read(f"Avant.\n{SIGNED}Après.").split() == [
        "Avant.", "Bonjour,", "-", "150", "kW", "-----Rien-----", "Après.",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nBonjour,",
    "Bonjour,\n-----END PGP SIGNATURE-----", "> -----BEGIN PGP SIGNED MESSAGE-----",
    "-----END PGP SIGNATURE-----\n-----BEGIN PGP SIGNED MESSAGE-----",
])  # fmt: skip
def test_where_no_signature_ends_nothing_is_taken_away(text):
    assert without_clear_signature(text) == text


def test_many_signatures_are_read_in_their_order():
    text = without_clear_signature("".join(f"{n}\n{SIGNED}" for n in range(2_000)))

    assert "PGP" not in text and text.count("150 kW") == 2_000


@pytest.mark.parametrize(("text", "expected"), [
    ("-----BEGIN PGP MESSAGE-----\n\nhQEM", True),
    ("Bonjour\n-----BEGIN PGP MESSAGE, PART 1/2-----", True),
    ("> -----BEGIN PGP MESSAGE-----", False), ("Que dit -----BEGIN PGP MESSAGE----- ?", False),
    ("-----BEGIN PGP PUBLIC KEY BLOCK-----", False),
])  # fmt: skip
def test_words_that_only_some_can_read_are_known(text, expected):
    assert is_encrypted(text) is expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Prix : \u202e€0051 TH\u202c net", "Prix : €0051 TH net"),
    ("a\u2066b\u2069c", "abc"),
    ("\x1b[31mRouge\x1b[0m, \x1b]0;titre\x07fin\x1b", "Rouge, fin"),
    ("\x9bA", "A"),
    ("Marie\u200dPaul, l’été\u00a0: [31m]", "Marie\u200dPaul, l’été\u00a0: [31m]"),
])  # fmt: skip
def test_what_plays_with_a_screen_is_taken_out_and_nothing_else(text, expected):
    assert without_display_controls(text) == expected
    assert read(text).strip() == expected


def test_so_it_is_of_html_and_of_subjects():
    assert read("<p>Prix : &#x202e;€0051</p>", b"html").strip() == "Prix : €0051"
    mail = IncomingMail("Subject: \u202eeR \x1b[31mBois\n\nOui.".encode())
    assert mail.subject == "eR Bois"


def test_of_a_mail_so_much_html_is_read_in_whatever_parts_it_comes(monkeypatch):
    monkeypatch.setattr(html_layout, "MAX_LENGTH", 40)

    assert lay_out(["<p>Un.</p>", "<p>Deux.</p>"]) == (["Un.\n", "Deux.\n"], [])
    cut = lay_out(["<p>Un.</p>", f"<p>{'deux ' * 9}</p>", "<p>Trois.</p>"])[0]
    assert cut == ["Un.\n", f"{'deux ' * 5}de\n[…]"]
    quoted = lay_out([f"Oui.<blockquote>{'a' * 80}</blockquote>"])[0][0]
    assert quoted.splitlines()[-1] == "> […]"


def test_a_picture_that_is_written_in_the_html_takes_no_room_of_the_words():
    picture = f"<img src='data:image/png;base64,{'A' * 400_000}'>"

    assert lay_out([f"<p>Avant.</p>{picture}<p>Après.</p>"])[0] == ["Avant.\n\nAprès.\n"]


def test_what_cannot_be_laid_out_in_its_bounds_is_no_mail_that_is_read(monkeypatch):
    small = html_layout.Bounds(cpu_seconds=1, seconds=30, memory=10**6, output=1000)
    monkeypatch.setattr(html_layout, "BOUNDS", small)
    mail = IncomingMail(HEADERS % b"html" + b"<p>Bonjour.</p>")

    for _ in range(2):
        with pytest.raises(MailUnreadable):
            mail.plain_text  # noqa: B018
