"""What is published of a mail: what its writer wrote, whichever program sent it."""

import io
import re
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from forum.mail.incoming_mail.message import plain_text
from forum.mail.incoming_mail.reply_text import extract_reply, without_wraps

CASES = (Path(__file__).parent / "reply_cases.txt").read_text()
QUOTED = "Le 12/03/2026 à 10:00, Jeanne Martin a écrit :\n> Quelle puissance ?\n> Merci"
_lines = st.lists(
    st.sampled_from(
        ["", "> Quelle puissance ?", ">", "150 kW.", "-- ", "Paul", "Envoyé de mon iPhone",
         "De : Jeanne <j@example.org>", "Envoyé : jeudi 12 mars 2026 10:00", "À : Paul",
         "Le 12/03/2026 à 10:00, Jeanne a écrit :", "-----Message d'origine-----", "_____",
         "---------- Message transféré ----------", "- Énergie Bocage", "<", ">> Oui"]
    ),
    max_size=14,
)  # fmt: skip


def cases():
    """``(name, mail, what is published)``; a line of three dashes may be the writer's own."""
    for part in CASES.split("\n=== ")[1:]:
        name, rest = part.split("\n", 1)
        lines = rest.rstrip("\n").split("\n")
        ends = [at for at, line in enumerate(lines) if line == "---"]
        middle = ends[len(ends) // 2]
        yield name, "\n".join(lines[:middle]), "\n".join(lines[middle + 1 :])


@pytest.mark.parametrize(("mail", "published"), [
    pytest.param(mail, published, id=name) for name, mail, published in cases()
])  # fmt: skip
def test_what_is_published_is_what_was_written(mail, published):
    assert extract_reply(mail).text == published


@pytest.mark.parametrize(("mail", "published"), [
    pytest.param(mail, published, id=name) for name, mail, published in cases()
])  # fmt: skip
def test_lines_of_windows_and_no_break_spaces_change_nothing(mail, published):
    changed = (
        mail.replace("\n", "\r\n").replace(" :", "\u00a0:").replace(" a écrit", "\u00a0a écrit")
    )

    said = extract_reply(changed).text.replace("\u00a0", " ")
    assert said == published


def words(text):
    return sorted(re.findall(r"\w+", text))


@given(_lines)
def test_nothing_is_lost_and_nobody_publishes_nothing(lines):
    mail = "\n".join(lines)
    reply = extract_reply(mail)

    assert words(f"{reply.text}\n{reply.folded}") == words(mail)
    assert bool(reply.text) == bool(mail.strip())


@given(_lines)
def test_what_is_published_is_extracted_no_further_than_a_signature(lines):
    text = extract_reply("\n".join(lines)).text

    assert set(words(extract_reply(text).text)) <= set(words(text))


def mail(plain=None, html=None, **params):
    message = EmailMessage()
    message["From"], message["Subject"] = "paul@example.org", "Re: Chaufferie"
    if plain is not None:
        message.set_content(plain, params=params or None, cte="quoted-printable")
    if html is not None:
        (message.add_alternative if plain else message.set_content)(html, subtype="html")
    return message.as_bytes()


def test_of_a_mail_in_both_its_plain_text_is_read():
    assert plain_text(mail(f"150 kW.\n\n{QUOTED}", "<p>autre</p>")).startswith("150 kW.")


@pytest.mark.parametrize(
    "html",
    [
        "<p>150 kW.</p><div class='gmail_quote'><div>Le jeu. 12 mars 2026 à 10:00, Jeanne "
        "&lt;j@example.org&gt; a écrit :<br></div><blockquote>Quelle puissance ?"
        "</blockquote></div>",
        "<p>150 kW.</p><p>Le 12/03/2026 à 10:00, Jeanne a écrit&nbsp;:</p>"
        "<blockquote type='cite'><p>Quelle <blockquote>ancienne</blockquote> puissance ?</p>"
        "</blockquote>",
        "<div>150 kW.</div><hr><div><b>De :</b> Jeanne &lt;j@example.org&gt;<br>"
        "<b>Envoyé :</b> jeudi 12 mars<br><b>À :</b> Paul<br><b>Objet :</b> Puissance</div>"
        "<p>Quelle ?</p>",
        "<style>p {color: red}</style><p>150 kW.</p><p>Envoyé de mon iPhone</p><blockquote>"
        "Le 12 mars 2026 à 10:00, Jeanne a écrit :<br>Quelle puissance ?</blockquote>",
    ],
)
def test_mail_in_html_alone_is_read_as_text(html):
    assert extract_reply(plain_text(mail(html=html))).text == "150 kW."


def test_answers_between_what_is_quoted_keep_it_in_html_too():
    html = (
        "<blockquote>Quelle puissance ?</blockquote><p>150 kW.</p>"
        "<blockquote>Qui ?</blockquote><p>La CUMA.</p>"
    )

    assert re.sub(r"\n+", "\n", extract_reply(plain_text(mail(html=html))).text) == (
        "> Quelle puissance ?\n150 kW.\n> Qui ?\nLa CUMA."
    )


def test_flowed_lines_are_joined_again():
    flowed = "Nous avons pris une chaudière \nde 150 kW.\n\n> Quelle \n> puissance ?\n> Merci\n"

    text = plain_text(mail(flowed, format="flowed"))
    assert text == "Nous avons pris une chaudière de 150 kW.\n\n> Quelle puissance ?\n> Merci"


@pytest.mark.parametrize("html", [
    "<div>" * 5000 + "150 kW.", "<b>" * 2000 + "150 kW.", "<table><tr><td>" * 150 + "150 kW.",
    "<html style='display:none'>150 kW.</html>", "<p>150 kW.\x0b&#1;</p>",
])  # fmt: skip
def test_no_html_loses_what_it_says(html):
    assert "150 kW." in plain_text(mail(html=html))


def test_what_a_mail_brings_is_not_its_own_text():
    message = EmailMessage()
    message["From"] = "paul@example.org"
    message.set_content("Voir le mail joint.")
    brought = EmailMessage()
    brought.set_content("Le texte de quelqu’un d’autre.")
    message.add_attachment(brought)
    message.add_attachment("Des notes.", filename="notes.txt")

    assert plain_text(message.as_bytes()).strip() == "Voir le mail joint."


@pytest.mark.parametrize("charset", ["us-ascii", "utf-8", "idna", "nothing-known"])
def test_an_encoding_that_lies_loses_no_letter(charset):
    raw = f"From: a@b.fr\nContent-Type: text/plain; charset={charset}\n\n".encode()

    assert plain_text(raw + "La chaudière".encode("cp1252")) == "La chaudière"


@pytest.mark.parametrize("text", [
    "Bonjour,\nDe : la mairie de Guingamp\nObjet : chaufferie\n\nNous cherchons un exemple.",
    "Date : jeudi\nÀ : Rennes\nMerci de confirmer.",
    "De : 9 h\nÀ : 12 h\n\nNous serons là.",
    "Citation de Victor Hugo :\nTout travaille à tout.",
    "Une remarque\n—\net la suite.",
    "Qui l’a fait ?\n\n– Enedis",
    "Le dossier.\n\nEnvoyé par mes soins la semaine dernière.",
    "Rendez-vous à 10:00 chez jean@example.org, il y aura :\n> du café\n> des gâteaux\nVenez.",
])  # fmt: skip
def test_what_somebody_writes_like_a_program_is_theirs(text):
    assert extract_reply(text) == (text, "")


#: Of each, some expression once took seconds, or would not have ended.
HOSTILE = {
    "addresses": "10:00 " + "a@" * 50_000, "spaces": " " * 100_000 + "x",
    "marks": ">" * 100_000,
    "angles": "<" * 100_000, "dashes": "x" + "-" * 100_000 + "\n> q", "lines": "ok\n" * 60_000,
    "blank lines": "> q\n" + "\n" * 100_000 + "x", "announcements": "Le 1 a écrit x\n" * 14_000,
    "headers": "De : a@b.fr\nDate : 2026\n" * 8_000, "rules": "_____\n" * 30_000,
    "forwards": "Message transféré" + " " * 2_000 + "-" * 2_000 + "x",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_come_to_an_end_and_lose_nothing(text):
    reply = extract_reply(text)

    kept = re.sub(r"\s", "", reply.text + reply.folded)
    assert len(kept) == len(re.sub(r"\s", "", text))


def run(raw, *args, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("extract_reply", *args)
    return capsys.readouterr().out


def test_the_command_prints_what_would_be_published(monkeypatch, capsys):
    raw = mail(f"150 kW.\n\n{QUOTED}")
    shown = {"monkeypatch": monkeypatch, "capsys": capsys}

    assert run(raw, **shown) == "150 kW.\n"
    assert run(f"150 kW.\n\n{QUOTED}".encode(), "--text", **shown) == "150 kW.\n"
    assert run(raw, "--folded", **shown) == f"{QUOTED}\n"


def test_lines_that_a_program_broke_run_on_and_others_end_where_they_did():
    long = "Nous avons retenu une chaudière de cent cinquante kilowatts, qui suffit"
    text = f"{long}\npour l’école.\n\n> {long}\n> aussi.\n> > {long}\n"
    text += "- un point\nCordialement,\nMarie"

    assert without_wraps(text).split("\n") == [
        f"{long} pour l’école.", "", f"> {long} aussi.", f"> > {long}", "- un point",
        "Cordialement,", "Marie",
    ]  # fmt: skip
