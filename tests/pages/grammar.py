"""The French of pages, mails, the help and the catalogue, as Grammalecte reads it.

``words.txt`` holds the names and terms that it does not know, ``ACCEPTED`` what it says
wrongly. Without pages: ``python -m tests.pages.grammar``.
"""

import json
import re
import subprocess
import sys
from email import message_from_string
from email.policy import default
from pathlib import Path

from accounts.base.text import with_no_break_spaces
from tests.catalogue import ROOT, extract
from tests.catalogue import texts as texts_of
from tests.pages import help_names

HERE = Path(__file__).parent
PYTHON = "/usr/bin/python3"
WORDS = HERE / "words.txt"
DATA = ROOT / "forum" / "site"
#: What stands for a value in a message, and what a text of the site may say there.
PLACEHOLDERS = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w*\}")
#: Not words: addresses, hashes, keys, names of files, keyboard keys, filters of a search.
NOT_WORDS = re.compile(
    r"\S+@\S+|\b[A-Z0-9]{3,4}-[A-Z0-9]{3,4}\b|\S*://\S+|\b[\w-]+(?:\.\w+)+(?::\d+)?\b|\b[0-9a-f]{12,}\b|\b[A-Z2-7]{16,}\b|\b\d{8}\b|#\S+|\b[a-z]+:[\w-]+"
)

#: In avatars.
INITIALS = re.compile("[A-ZÀ-Ÿ]{2}")

#: Part of a text, the beginning of the rule's name, and why it is wrong.
ACCEPTED = [
    ("ée le", "gv1__imp_confusion", "a heading of a date, no imperative"),
    ("é le", "gv1__imp_confusion", "a heading of a date, no imperative"),
    ("Le laisser masqué", "g3__infi_laisser", "leave it as it is"),
    ("police ni de carte venues", "g3__gn_pfx_de", "of both"),
    ("%(who)s", "gv2__conj_nom_propre", "several people are named"),
    ("Le lien « Raccourcis clavier »", "g3__gn_le_2m", "the link's words are a quotation"),
    ("Le titre compte", "g3__gn_nombre_chiffres", "the number that is one is another"),
    ("reçoit des questions", "gv1__imp_verbe", "said of a person, no imperative"),
    ("Reçoit des questions", "gv1__imp_verbe", "said of a person, no imperative"),
    ("groupe « Régies »", "g3__gn_det_nom_de_det_nom", "the name of the group"),
    ("énergie partagé", "g3__gn_pfx_en", "the advice is shared"),
    ("pouvoir donné à", "g3__infi_pouvoir", "a noun: a power of attorney"),
    ("Message nº", "g3__gn_nombre_chiffres", "a number, not how many"),
    ("R.A.S. chinoise", "majuscule_après_point", "an abbreviation of the list of countries"),
    ("Version signée", "typo_points_suspension", "a blank, which stands for a word"),
    ("nouveau « ", "g3__gn_start_2m", "a mark before a sentence"),
    ("responsable énergies", "g3__gn_start_2m", "what people call their function"),
    ("technicien bâtiments", "g3__gn_start_2m", "what people call their function"),
    ("SAS éolienne", "g3__gn_une_1m", "a company is feminine, whatever a lock is"),
    ("groupe « Régies »", "g3__gn_le_2m", "the name of the group"),
    ("qui en a un demande", "g3__gn_un_1m", "a verb"),
    ("%(n)s proposent", "gv2__conj_nom_propre", "a number stands there"),
    ("%(n)s tâches", "gv2__conj_nom_propre", "a number stands there"),
    ("%(n)s annonces", "gv2__conj_nom_propre", "a number stands there"),
    ("%(shown)s portent les deux", "gv2__conj_nom_propre", "a number stands there"),
    ("écrit un donne", "g3__gn_un_1m", "a verb"),
    ("Autopartage Séparer", "g2__conf_start_nom", "a tag, and a link beside it"),
    ("MWh sortie", "g3__gn_det_mas", "where it leaves"),
    ("signer lui en ouvre un", "gv1__imp_confusion", "an infinitive"),
    ("Kerambrun contact", "g3__gn_start_prn", "a mark beside a name"),
    ("Ne convient pas à qui", "gv1__imp_verbe", "said of a space, no imperative"),
    ("MWh entrée", "g3__gn_det_mas", "where it enters"),
    ("jusqu’au ", "majuscule_début", "a remark beside an address"),
    ("masqué par l’équipe", "majuscule_début", "a remark beside a message"),
    ("chaudière -gaz", "esp_avant_après_tiret", "as one types a search"),
    ('"réseau de chaleur"', "typo_guillemets", "as one types a search"),
    ("j F Y à G", "g2__conf_a_à", "the pattern of a date"),
]


def check_texts(texts):
    """``(text, words, message)`` of what is wrong in these texts, each said once."""
    texts = sorted({" ".join(re.split(r"[ \n\t]+", text)).strip() for text in texts} - {""})
    answer = subprocess.run(
        [PYTHON, str(HERE / "grammalecte_worker.py")], input=json.dumps([*map(_plain, texts)]),
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    known = known_words()

    def is_wrong(text, words, message):
        is_known = words in known or INITIALS.fullmatch(words)
        return not is_known and not _is_accepted(text, message)

    return [
        (text, words, message)
        for text, found in zip(texts, json.loads(answer.stdout), strict=True)
        for words, message in found
        if words not in known
        and not INITIALS.fullmatch(words)
        and not _is_accepted(text, message)
    ]


def known_words():
    """Names and terms: those of ``words.txt``, and of all that has a name in our data."""
    said = [WORDS.read_text()]
    for path in DATA.glob("*/data/*.json"):
        said += _names(json.loads(path.read_text()))
    said.append((DATA / "reference_data" / "data" / "epci.csv").read_text().replace(",", " "))
    return {*re.findall(r"[\w-]+", " ".join(said))} | {*re.findall(r"[\w’-]+", " ".join(said))}


def _names(data):
    """The values that are called a name, at any depth."""
    rows = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in rows:
        if isinstance(value, dict | list):
            yield from _names(value)
        elif key == "name":
            yield value


def catalogue_texts():
    """Every French text that the source says, the singular of a number with 1 in it."""
    for message in extract():
        one, *more = texts_of(message.id)
        yield re.sub(r"%(\(\w+\))?d|\{n\}", "1", one) if more else one
        yield from more


def help_texts():
    """The lines of the help, with a name in place of each button and of what one types."""
    for page in help_names.TEXTS.glob("fr/*.md"):
        for line in page.read_text().splitlines():
            named = re.sub(r"`[^`]*`|\*\*[^*]*\*\*", "« Camille »", line)
            words = re.sub(r"^(#+|-|\d\.) |!?\[|\]\([^)]*\)", "", named)
            yield with_no_break_spaces(words)


def letter_texts(log):
    """The subjects and paragraphs of the letters that a site wrote into its log."""
    for text in re.findall(
        r"^Content-Type: text/plain.*?^-{79}$", log, re.DOTALL | re.MULTILINE
    ):
        letter = message_from_string(text.rstrip("-"), policy=default)
        yield letter["Subject"]
        yield from letter.get_content().split("\n\n")


def _plain(text):
    """``text`` with a word for each value, and without tags."""
    text = PLACEHOLDERS.sub(lambda it: "12" if it[0].endswith("d") else "Lyon", text)
    text = NOT_WORDS.sub("Lyon", re.sub(r"<[^>]+>", "", text).replace("%%", "%"))
    return re.sub(r"(Lyon )+(?=Lyon)", "", text)


def _spaced(text):
    return re.sub("[\u00a0\u202f]", " ", text)


def _is_accepted(text, message):
    return any(
        part in _spaced(text) and message.startswith(rule) for part, rule, _why in ACCEPTED
    )


def prove():
    """Raise RuntimeError unless faults of each kind are found."""
    faulty = ["Les maison est bleu.", "Un mot inconu.", "Un fichier de 5 Mo.", "Quoi ?"]
    found = {text for text, _words, _message in check_texts(faulty)}
    if silent := {*faulty} - found:
        raise RuntimeError(f"Grammalecte finds nothing in {silent}")


def report(found):
    """Print what was found; return whether nothing was."""
    for text, words, message in found:
        print(f"\n{text}\n  {words}: {message}")
    print(f"\ngrammalecte: {len(found)} findings")
    return not found


if __name__ == "__main__":
    prove()
    sys.exit(not report(check_texts({*catalogue_texts(), *help_texts()})))
