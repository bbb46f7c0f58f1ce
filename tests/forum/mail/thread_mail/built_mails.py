"""Mails built of parts that programs and people really send, by a seed: what each is, is known.

Of ``BuiltMail.is_of_machine`` nobody waits for an answer; all others must end somewhere.
"""

import random
from email.message import EmailMessage
from typing import NamedTuple

from tests.forum.conversation.files.file_helpers import PDF

OURS = "mx.example.org"
ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----"
SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n150 kW.\n-----BEGIN PGP SIGNATURE-----"
    "\n\nx\n-----END PGP SIGNATURE-----"
)
QUOTED = "Le 12/03/2026 à 10:00, Jeanne <jeanne@exemple.fr> a écrit :\n> Quelle puissance ?"
TEXTS = [
    "150 kW ont suffi pour l’école.", f"Oui.\n\n{QUOTED}", QUOTED, f"{QUOTED}\n\nOui.", "",
    " \n", ARMOUR, SIGNED, "Prix : \u202e€0051 \x1b[31mrouge", "x" * 30_000, "mot\n" * 400,
    "-- \nC.", "Bonjour\x00 à tous", "Envoyé de mon iPhone", "> > > a\n> b\nc",
    "Un mot.\n\n-----\n\nDeux.",
]  # fmt: skip
SENDERS = [
    ["Claire <{own}>"], ["{own}"], ["Le Bihan, Claire <{own}>"], ["Claire [Mairie] <{own}>"],
    ["=?utf-8?q?Claire_=C3=A9?= <{own}>"], ["Claire @ Mairie <{own}>"], ["{own} (Claire)"],
    [], ["Claire"], [""], ["{own}", "other@example.org"], ["{own}, other@example.org"],
    ["other@example.org"], ["Jeanne <{other}>"], ["mailer-daemon@example.org"], ["{site}"],
    ["{own} <x@localhost>"], ["undisclosed: ;"],
]  # fmt: skip
SUBJECTS = [
    "Re: Quelle chaufferie ?", "", None, "Bois", "Une question sur le bois ?", "x" * 300,
    "=?utf-8?q?=C3=89t=C3=A9 sur le bois?=", "=?x?B?/?=", "\u202eDroite à gauche",
]  # fmt: skip
MACHINE = [
    ("List-Id", "<liste.example.org>"), ("Precedence", "bulk"), ("Return-Path", "<>"),
    ("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"),
]  # fmt: skip
CHARSETS = ["utf-8", "iso-8859-1", "cp1252", "utf-16", "utf-7", "x-nothing", "us-ascii"]


class BuiltMail(NamedTuple):
    """A mail, to whom it is handed over, and whether a machine sent it."""

    raw: bytes
    recipient: str
    is_of_machine: bool


def built_mail(seed, recipients, **people):
    """The mail of ``seed`` to one of ``recipients``; ``people``: addresses by name."""
    chance = random.Random(seed)
    message = _body(chance)
    headers = [("From", it.format(**people)) for it in chance.choice(SENDERS)]
    if (subject := chance.choice(SUBJECTS)) is not None:
        headers.append(("Subject", subject))
    if chance.random() < 0.8:
        headers.append(("Message-ID", f"<{seed}@example.org>"))
    headers += _proofs(chance, people["own"])
    is_marked = chance.random() < 0.08
    headers += [chance.choice(MACHINE)] if is_marked else []
    recipient = chance.choice(recipients)
    raw = "".join(f"{name}: {value}\n" for name, value in headers).encode() + message
    if chance.random() < 0.03:
        raw = bytes(chance.randrange(256) for _ in range(chance.choice([0, 10, 5_000])))
        return BuiltMail(raw, recipient, is_of_machine=False)
    senders = "".join(value for name, value in headers if name == "From")
    is_robot = "mailer-daemon" in senders or people["site"] in senders
    return BuiltMail(raw, recipient, is_marked or is_robot)


def _proofs(chance, own):
    passed = f"dmarc=pass header.from={own.partition('@')[2]}"
    results = [
        f"{OURS}; {passed}",
        f"{OURS}; dmarc=fail",
        f'""; {passed}',
        f"x.example; {passed}",
    ]
    is_mixed = chance.random() < 0.5
    kept = chance.sample(results, chance.randint(0, 2)) if is_mixed else results[:1]
    return [("Authentication-Results", it) for it in kept]


def _body(chance):
    """The bytes of a mail without the headers that say whose it is."""
    kinds = [_plain] * 8 + [_html, _alternative, _with_files, _with_files, _encrypted, _nested,
                            _odd_charset, _odd_charset]  # fmt: skip
    return chance.choice(kinds)(chance)


def _plain(chance):
    message = EmailMessage()
    message.set_content(chance.choice(TEXTS), cte=chance.choice(["8bit", "base64"]))
    return message.as_bytes()


def _html(chance):
    message = EmailMessage()
    text = chance.choice(TEXTS)
    tag = chance.choice(["p", "div", "blockquote", "table><tr><td", "style"])
    message.set_content(f"<{tag}>{text}</{tag.partition('>')[0]}>", "html", cte="base64")
    return message.as_bytes()


def _alternative(chance):
    message = EmailMessage()
    message.set_content(chance.choice(TEXTS), cte="8bit")
    message.add_alternative(f"<p>{chance.choice(TEXTS)}</p>", "html")
    return message.as_bytes()


def _with_files(chance):
    message = EmailMessage()
    message.set_content(chance.choice(TEXTS), cte="8bit")
    for number in range(chance.choice([1, 1, 2, 12])):
        name, content = chance.choice([
            (f"devis-{number}.pdf", PDF), (f"{number}.exe", b"MZ"), ("winmail.dat", b"x"),
            (f"notes-{number}.txt", "Été".encode()), (f"{number}.pdf", b"no PDF"), ("", b""),
        ])  # fmt: skip
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def _encrypted(_chance):
    return (
        b"Content-Type: multipart/encrypted; boundary=b\n\n"
        b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
        b"Content-Type: application/octet-stream\n\n%s\n--b--\n" % ARMOUR.encode()
    )


def _nested(chance):
    depth = chance.choice([5, 50, 2_000])
    opened = (
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (it, it)
        for it in range(depth)
    )
    return b"".join(opened) + b"Content-Type: text/plain\n\nAu fond.\n"


def _odd_charset(chance):
    declared = chance.choice(CHARSETS).encode()
    text = chance.choice(TEXTS).encode(chance.choice(["utf-8", "cp1252"]), "replace")
    return b"Content-Type: text/plain; charset=%s\n\n%s\n" % (declared, text)
