"""The charter's text: as a page shows it, and what changed between two of its versions."""

from collections import Counter

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from accounts.charter.diff import diff_paragraphs
from accounts.charter.rendering import render


def test_the_text_keeps_one_title_of_the_page_and_nothing_unsafe():
    html = render(
        "# Charte\n\n## Principes\n\n1. **Un.** Texte\n2. Deux\n\n"
        "<script>a</script> ![x](http://a/b.png) [l](javascript:a)"
    )
    assert "<h1" not in html
    assert "<h2>Charte</h2>" in html
    assert "<h3>Principes</h3>" in html
    assert "<li>\n<p><strong>Un.</strong>" in html
    for unsafe in ("<script", "<img", 'href="javascript'):
        assert unsafe not in html


def test_changes_are_the_paragraphs_taken_out_brought_in_and_reworded():
    before = "un\n\nNous partageons ce que nous savons.\n\ntrois"
    after = "un\n\nNous partageons tout ce que nous savons.\n\ntrois\n\nquatre"
    assert diff_paragraphs(before, after) == [
        [("=", "Nous partageons"), ("+", " tout"), ("=", " ce que nous savons.")],
        [("+", "quatre")],
    ]
    assert diff_paragraphs("a\n\nb", "a\n\nTout autre chose.") == [
        [("-", "b")],
        [("+", "Tout autre chose.")],
    ]
    assert diff_paragraphs(before, before) == []


ARTICLES = [
    "**Courtoisie.** Nous citons nos sources et signalons nos intérêts.",
    "Nous ne démarchons pas les autres membres.",
    "Nous protégeons les données personnelles, en particulier celles des ménages.",
]


def get_page(*articles):
    """A list as one writes it, with the numbers that come of its order."""
    return "\n".join(f"{n}. {article}" for n, article in enumerate(articles, 1))


def test_an_article_inserted_or_removed_leaves_the_others_alone():
    new = "Nous publions chaque année les chiffres de nos installations."
    longer = [ARTICLES[0], ARTICLES[1], new, ARTICLES[2]]
    assert diff_paragraphs(get_page(*ARTICLES), get_page(*longer)) == [[("+", new)]]
    assert diff_paragraphs(get_page(*longer), get_page(*ARTICLES)) == [[("-", new)]]


def test_an_article_that_was_reworded_is_told_from_the_one_inserted_before_it():
    new = "Nous publions chaque année les chiffres de nos installations."
    reworded = ARTICLES[2].replace("protégeons", "gardons")
    found = diff_paragraphs(get_page(*ARTICLES), get_page(*ARTICLES[:2], new, reworded))
    assert found[0] == [("+", new)]
    assert found[1][:3] == [("=", "Nous"), ("-", " protégeons"), ("+", " gardons")]
    assert len(found) == 2


def test_an_article_that_moved_is_said_to_have_moved():
    first, *others = ARTICLES
    assert diff_paragraphs(get_page(*ARTICLES), get_page(*others, first)) == [
        [(">", "Courtoisie. Nous citons nos sources et signalons nos intérêts.")]
    ]


def test_changes_show_words_as_one_reads_them_and_where_links_lead():
    before, after = "*Projet* de [texte](https://a.fr/)", "*Projet* de [texte](https://b.fr/)"
    said = "".join(words for sign, words in diff_paragraphs(before, after)[0] if sign != "-")
    assert said == "Projet de texte (https://b.fr/)"
    assert diff_paragraphs("**Un** texte.", "Un *texte*.") == []


@given(st.text("ab .,", max_size=40), st.text("ab .,", max_size=40))
def test_what_stayed_and_went_is_the_old_paragraph_what_stayed_and_came_the_new(before, after):
    found = diff_paragraphs(before, after)
    assert (found == []) == (before.strip() == after.strip())
    for text, signs in ((before, "-="), (after, "+=")):
        said = [words for pieces in found for sign, words in pieces if sign in signs]
        assert not found or "".join(said).strip() == text.strip()


def squeezed(found, signs):
    """All that is said under ``signs``, without white space."""
    said = [words for pieces in found for sign, words in pieces if sign in signs]
    return "".join("".join(said).split())


def test_long_paragraphs_are_compared_word_by_word():
    before, after = "un mot " * 8_000, "mot un et " * 6_000
    found = diff_paragraphs(before, after)
    assert "=" in {sign for pieces in found for sign, _words in pieces}
    assert [squeezed(found, "-="), squeezed(found, "+=")] == [
        "".join(text.split()) for text in (before, after)
    ]


@pytest.mark.deep
def test_many_paragraphs_are_compared_one_by_one():
    before, after = "a\n\nb\n\n" * 10_000, "b\n\na\n\na\n\n" * 6_000
    found = Counter(piece for pieces in diff_paragraphs(before, after) for piece in pieces)
    # All 6,000 of the new b’s stayed; those of the a’s that did not stay stand elsewhere.
    assert found.keys() == {("-", "b"), (">", "a")}
    assert found["-", "b"] == 4_000 and found[">", "a"] < 6_001


def test_what_is_too_long_to_compare_is_told_whole():
    before, after = "\n".join(["., " * 500] * 40), "\n".join([",;. " * 400] * 40)
    found = diff_paragraphs(before, after)
    assert [sign for pieces in found for sign, _words in pieces] == ["-", "+"]
    assert [squeezed(found, "-"), squeezed(found, "+")] == [
        "".join(text.split()) for text in (before, after)
    ]


def test_what_changed_is_marked_from_its_first_letter_on():
    changes = diff_paragraphs("Avec courtoisie, ici.", "Avec bienveillance, ici, toujours.")

    html = render_to_string("charter/diff.html", {"changes": changes})

    assert '<span lang="fr">courtoisie</span></del> <ins>' in html
    assert '<span lang="fr">bienveillance</span></ins><span lang="fr">, ici</span>' in html
