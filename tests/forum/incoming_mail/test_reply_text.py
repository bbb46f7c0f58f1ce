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

from forum.incoming_mail.message import plain_text
from forum.incoming_mail.reply_text import extract_reply

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


def test_html_nested_a_thousand_times_is_read():
    html = "<div>" * 3000 + "150 kW." + "<blockquote>" * 200 + "Quoi ?"

    assert plain_text(mail(html=html)) is not None


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
