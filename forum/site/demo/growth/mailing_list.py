"""A mailing list of many years as an mbox file, invented, with all that such files bring.

Threads as long as people's are, programs and encodings of every make, what these quote and how
lists sign, files that are attached, and mails that no archive should take: automatic replies,
spam, some without a Message-ID or with a date that cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from random import Random
from typing import BinaryIO

from forum.site.demo import source_data
from forum.site.demo.growth import thread_sizes
from forum.site.demo.growth.prose import ProseGenerator

LIST_NAME, LIST_ADDRESS = "tepos", "tepos@listes.invalid"
#: How many mails a thread has, on the average; how many people write.
_THREAD_SIZE, _PEOPLE_SHARE = 5.5, 0.07
#: Shares of all mails: from 0 to 1.
_WITHOUT_REFERENCES, _WITHOUT_ID, _WRONG_DATE, _ATTACHED = 0.04, 0.005, 0.005, 0.05
_AUTOMATIC, _SPAM = 0.01, 0.005
_CHARSETS = {
    ("utf-8", "quoted-printable"): 4, ("utf-8", "base64"): 2, ("utf-8", "8bit"): 2,
    ("iso-8859-1", "8bit"): 1, ("iso-8859-1", "quoted-printable"): 2,
    ("windows-1252", "quoted-printable"): 2, ("windows-1252", "base64"): 1,
}  # fmt: skip
_SHAPES = {"plain": 5, "alternative": 4, "html": 1}
_RE = {"Re: ": 5, "RE: ": 2, "RE : ": 2, "Ré : ": 1, "TR: ": 0.5}
_FOOTERS = (
    "",
    "_______________________________________________\nTepos mailing list\n"
    f"{LIST_ADDRESS}\nhttps://listes.invalid/mailman/listinfo/tepos",
    "---\nPour vous désabonner de la liste : https://listes.invalid/wws/sigrequest/tepos",
    "-- \nVous recevez ce message car vous êtes abonné à la liste tepos.\n"
    "Pour se désinscrire : https://framalistes.invalid/sympa/auto_signoff/tepos",
)
_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
           "nov.", "déc.")  # fmt: skip
_OUTSIDE_LATIN = str.maketrans(
    {
        "’": "'",
        "œ": "oe",
        "…": "...",
        "–": "-",
        "\u202f": " ",
        "€": "euros",
        "₂": "2",
        "Œ": "Oe",
    }
)


@dataclass
class _ListMail:
    """A mail of the list: who wrote it, when, in answer to which."""

    name: str
    address: str
    at: datetime
    subject: str
    text: str
    answered: _ListMail | None = None
    message_id: str = ""
    references: list[str] = field(default_factory=list)


def write_mailing_list(file: BinaryIO, count: int, seed: int = 1) -> Iterator[int]:
    """Write ``count`` mails to ``file``, as an mbox; yield the number of each as it is written.

    The same ``seed`` gives the same file.
    """
    rng = Random(seed)  # noqa: S311
    writer = _MailWriter(rng)
    mails = sorted(_mails(count, rng), key=lambda mail: mail.at)
    for number, mail in enumerate(mails, 1):
        day = mail.at.strftime("%a %b %e %H:%M:%S %Y")
        raw = re.sub(rb"(?m)^(>*From )", rb">\1", writer.as_bytes(mail))
        file.write(f"From {mail.address} {day}\n".encode() + raw.rstrip(b"\n") + b"\n\n")
        yield number


def _mails(count: int, rng: Random) -> Iterator[_ListMail]:
    prose = ProseGenerator(rng)
    names = [row["name"] for row in source_data.people()]
    people = []
    for number in range(max(3, int(count * _PEOPLE_SHARE))):
        first, last = rng.choice(names).split()[0], rng.choice(names).split()[-1]
        people.append((f"{first} {last}", f"adherent{number}@commune{number % 90}.invalid"))
    begins = datetime(2009, 1, 5, 8, tzinfo=UTC)
    sizes = thread_sizes.distribute_posts(max(1, round(count / _THREAD_SIZE)), count, rng)
    for size in sizes:
        at = begins + timedelta(minutes=rng.randrange(60 * 24 * 365 * 16))
        mails: list[_ListMail] = []
        subject = prose.title()
        for _number in range(size):
            name, address = rng.choice(people)
            answered = rng.choice(mails[-3:]) if mails else None
            prefix = _chosen(_RE, rng) if answered else ""
            text, _html = prose.post()
            mail = _ListMail(name, address, at, f"{prefix}{subject}", text, answered)
            mail.message_id = f"<{rng.getrandbits(64):x}@{address.partition('@')[2]}>"
            if answered:
                mail.references = [*answered.references, answered.message_id]
            mails.append(mail)
            at += timedelta(minutes=3 + rng.expovariate(1 / 900))
        yield from mails


class _MailWriter:
    """Writes mails as the programs of many people do."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def as_bytes(self, mail: _ListMail) -> bytes:
        """The mail as its program and the list sent it."""
        rng, message = self._rng, EmailMessage()
        charset, encoding = _chosen(_CHARSETS, rng)
        subject = f"[{LIST_NAME}] {mail.subject}"
        self._set_headers(message, mail, subject)
        text = f"{mail.text}\n\nCordialement,\n{mail.name}"
        if mail.answered:
            text += f"\n\n{_quoted(mail.answered, rng)}"
        footer = rng.choice(_FOOTERS)
        shape = _chosen(_SHAPES, rng)
        if charset != "utf-8":
            text = text.translate(_OUTSIDE_LATIN).encode(charset, "replace").decode(charset)
        if shape == "html":
            message.set_content(_html(mail, footer), subtype="html", charset="utf-8")
        else:
            message.set_content(
                f"{text}\n\n{footer}".rstrip() + "\n", charset=charset, cte=encoding
            )
        if shape == "alternative":
            message.add_alternative(_html(mail, footer), subtype="html", charset="utf-8")
        if rng.random() < _ATTACHED:
            size = rng.randrange(5_000, 200_000)
            name = rng.choice(("plan d’action.pdf", "budget_2014.xls", "photo.jpg"))
            message.add_attachment(
                rng.randbytes(size), maintype="application", subtype="pdf", filename=name
            )
        return message.as_bytes()

    def _set_headers(self, message: EmailMessage, mail: _ListMail, subject: str) -> None:
        rng = self._rng
        message["Received"] = f"by listes.invalid; {format_datetime(mail.at)}"
        message["From"] = f'"{mail.name}" <{mail.address}>'
        message["To"] = LIST_ADDRESS
        message["Subject"] = subject
        is_wrong = rng.random() < _WRONG_DATE
        wrong = "Thu, 01 Jan 1970 00:00:00 +0000"
        message["Date"] = wrong if is_wrong else format_datetime(mail.at)
        if rng.random() > _WITHOUT_ID:
            message["Message-ID"] = mail.message_id
        if mail.references and rng.random() > _WITHOUT_REFERENCES:
            message["In-Reply-To"] = mail.references[-1]
            message["References"] = " ".join(mail.references[-10:])
        message["List-Id"] = f"<{LIST_NAME}.listes.invalid>"
        message["List-Post"] = f"<mailto:{LIST_ADDRESS}>"
        message["Precedence"] = "list"
        chance = rng.random()
        if chance < _AUTOMATIC:
            message["Auto-Submitted"] = "auto-replied"
        elif chance < _AUTOMATIC + _SPAM:
            message["X-Spam-Flag"] = "YES"


def _quoted(mail: _ListMail, rng: Random) -> str:
    """What a program quotes of the mail that is answered, introduced as it does that."""
    at, marked = mail.at, "\n".join(f"> {line}".rstrip() for line in mail.text.split("\n"))
    who = f"{mail.name} <{mail.address}>"
    gmail = (
        f"Le {_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year} à {at:%H:%M}, "
        f"{who} a écrit :\n\n{marked}"
    )
    thunderbird = f"Le {at:%d/%m/%Y %H:%M}, {mail.name} a écrit :\n{marked}"
    outlook = (
        f"De : {who}\nEnvoyé : {at.day} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M}\n"
        f"À : {LIST_ADDRESS}\nObjet : {mail.subject}\n\n{mail.text}"
    )
    orange = f"> Message du {at:%d/%m/%y %H:%M}\n> De : {who}\n> Objet : {mail.subject}\n>\n"
    zimbra = f"----- Mail original -----\nDe: {who}\nObjet: {mail.subject}\n\n{mail.text}"
    return rng.choice(
        (gmail, gmail, thunderbird, thunderbird, outlook, orange + marked, zimbra)
    )


def _html(mail: _ListMail, footer: str) -> str:
    paragraphs = "".join(
        f"<p>{escape(paragraph)}</p>"
        for paragraph in f"{mail.text}\n\n{mail.name}".split("\n\n")
    )
    quoted = ""
    if mail.answered:
        quoted = (
            f"<div>Le {mail.answered.at:%d/%m/%Y à %H:%M}, {mail.answered.name} a écrit :</div>"
            f"<blockquote><p>{escape(mail.answered.text)}</p></blockquote>"
        )
    ended = escape(footer).replace("\n", "<br>")
    return f"<html><body>{paragraphs}{quoted}<p>{ended}</p></body></html>"


def _chosen[Choice](weights: Mapping[Choice, float], rng: Random) -> Choice:
    return rng.choices(list(weights), list(weights.values()))[0]
