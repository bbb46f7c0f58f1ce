"""What posts are made of: task lists, and units that stay with their numbers."""

from time import process_time

import pytest

from forum.base import markup
from tests.stateful import seeds


def test_items_that_begin_with_a_box_show_whether_it_is_done_and_say_so():
    html = markup.render("- [ ] un\n- [x] **deux**\n- [z] rien\n\n1. [X] trois\n\n[ ] non")

    assert '<li><span role="img" aria-label="À faire">☐</span> un</li>' in html
    assert '<span role="img" aria-label="Fait">☑</span> <strong>deux</strong>' in html
    assert '<span role="img" aria-label="Fait">☑</span> trois' in html
    assert "<li>[z] rien</li>" in html and "<p>[ ] non</p>" in html
    assert markup.plain_text(html).startswith("☐ un ☑ deux")


def test_nobody_writes_what_a_box_is_made_of():
    html = markup.render('- [ ] <span role="alert" aria-label="x">y</span>')

    assert html.count("<span") == 1 and "&lt;span" in html


def test_a_table_of_a_thousand_cells_is_one():
    html = markup.render("|a|b|\n|-|-|\n" + "|c|d|\n" * 500)

    assert html.count("<td>") == 1_000


@pytest.mark.parametrize("before", ["", "> ", "1. ", "<details>\n\n", "[^1]\n\n[^1]: "])
@pytest.mark.parametrize("rule", ["|-", "| :-: ", "|-\t"])
def test_a_table_whose_cells_nobody_wrote_is_shown_as_it_was_typed(before, rule):
    """Each row would have sixty, of one sign: 40,000 signs made 24 seconds of CPU."""
    text = "\n".join([f"{before}{'|a' * 60}", rule * 60, *["|"] * 500])
    if before == "> ":
        text = text.replace("\n", "\n> ")

    html = markup.render(text)
    assert "<td" not in html and html.count("|") == text.count("|")


@pytest.mark.parametrize(
    "words",
    ["150 kW", "3 m³", "12 %", "5 € HT", "40 MWh/an", "8 ha.", "1 200 kWc", "10 h 30", "5 k€,"],
)
def test_a_number_and_its_unit_stay_on_one_line(words):
    number, unit = words.replace("1 200", "1200").split(" ", 1)

    assert f"{number[-1:]}\u00a0{unit}" in markup.render(f"Il faut **{words}** ici")


@pytest.mark.parametrize("words", ["3 mois", "2 tours", "5 m’ont", "kW 3", "2 hangars"])
def test_other_words_stay_as_they_are(words):
    assert markup.render(words) == f"<p>{words}</p>\n"


def test_neither_code_nor_addresses_change():
    html = markup.render("`5 kW` [ici](<https://exemple.fr/5 km>)\n\n    5 kW")

    assert "\u00a0" not in html and "<code>5 kW</code>" in html


@pytest.mark.parametrize("piece", seeds("># a\nb\n", ">=\n=\n", ">```\nx\n", ">     a\nb\n"))
def test_a_quotation_that_no_blank_line_ends_is_read_in_a_moment(piece):
    """At each line the rest would be read anew: 40,000 signs made 29 seconds of CPU."""
    text = (piece * 40_000)[:40_000]
    begun = process_time()
    html = markup.render(text)

    assert process_time() - begun < 3
    assert html.count("&gt;") == text.count(">")  # As it was typed.


def test_each_item_of_a_long_list_may_quote():
    html = markup.render("- > mot\n" * 3_000) + markup.render("1. > mot\n   suite\n" * 500)

    assert html.count("<blockquote>") == 3_500


def test_many_quotations_with_answers_are_quotations():
    html = markup.render("> # Une question ?\n> En deux lignes.\n\nRéponse.\n\n" * 700)
    deep = markup.render(">" * 17 + " a\n>\n")

    assert html.count("<blockquote>") == 700 and deep.count("<blockquote>") == 17


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Où en est-on ?", "Où en est-on\u202f?"),
        ("Prix : 3 € ; oui !", "Prix\u00a0: 3\u00a0€\u202f; oui\u202f!"),
        ("« Rien ? » : non", "«\u00a0Rien\u202f?\u00a0»\u00a0: non"),
        ("Where are we? a:b", "Where are we? a:b"),
        ("**Où ?** :smile:", "<strong>Où\u202f?</strong> 😄"),
    ],
)
def test_french_punctuation_begins_no_line(typed, shown):
    assert markup.render(typed) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize("typed", ["`a ? b : c`", "<https://exemple.fr/?a=1>"])
def test_code_and_addresses_keep_their_spaces(typed):
    assert "\u00a0" not in markup.render(typed) and "\u202f" not in markup.render(typed)


def test_a_line_ends_where_its_writer_ended_it():
    text = "Mairie de Trémoy\n2 place du Foirail\n\n- un\n  deux\n\n> trois\n> quatre"
    html = markup.render(text)

    assert html.count("<br>") == 3 and "Trémoy<br>\n2 place" in html
    assert "<br>" not in markup.render("Un paragraphe.\n\nUn autre.")
