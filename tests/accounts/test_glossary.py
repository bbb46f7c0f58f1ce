"""The glossary of users, and the words that lead to it where they first stand."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.template import Context, RequestContext, Template
from django.urls import reverse
from django.utils import translation

from accounts.glossary.terms import ACRONYMS, TERMS, link_first_words
from accounts.organisations.actions import end_seat
from forum.site.reference_data import files

pytestmark = pytest.mark.django_db


def linked(html, language="fr"):
    """The words that become links, with where they lead."""
    with translation.override(language):
        found = link_first_words(html, set())
    return re.findall(r'<a class="term" href="/glossaire/#([\w-]+)">([^<]+)</a>', found)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_term_has_an_entry_of_its_own_in_both_languages(browser_of, language):
    page = browser_of(None)
    page.cookies["django_language"] = language
    text = unescape(page.get(reverse("glossary")).text)
    with translation.override(language):
        for term in TERMS:
            assert text.count(f'id="{term.slug}"') == 1, term.slug
            assert str(term.word) in text and str(term.meaning) in text
    assert len({term.slug for term in TERMS}) == len(TERMS)


def test_the_foot_of_every_page_leads_there(browser_of, claire, thread):
    for address in ("/", reverse("charter"), thread.get_absolute_url(), "/rien-de-tel/"):
        assert 'href="/glossaire/"' in browser_of(claire).get(address).text


def test_a_word_is_linked_where_it_first_stands_and_only_there():
    html = "<p>Un siège, puis des sièges. Le Collège et l’empreinte, les EPCI.</p>"
    assert linked(html) == [
        ("siege", "siège"), ("college", "Collège"), ("empreinte", "empreinte"),
        ("epci", "EPCI"),
    ]  # fmt: skip
    assert linked("<p>A seat, two seats, the fingerprint.</p>", "en") == [
        ("siege", "seat"), ("empreinte", "fingerprint"),
    ]  # fmt: skip


def test_words_in_links_controls_headings_and_other_languages_stay_as_they_are():
    for html in (
        '<a href="/x/">le <b>siège</b></a>',
        "<h2>Siège</h2>",
        "<label>Siège <input></label>",
        '<p lang="fr">Un siège<br>ou deux <i>sièges</i></p>',
        '<span title="siège"><img alt="siège"></span>',
        "<button>Contresigner</button>",
        "<p>Un leader, le sem, une sous-pièce, la pièce-jointe</p>",
    ):
        with translation.override("fr"):
            assert link_first_words(html, set()) == html
    assert linked("<h2>Siège</h2><p>siège</p>") == [("siege", "siège")]
    assert linked('<svg><use href="#a"></use></svg> <a>x<br></a> siège') == [("siege", "siège")]


def test_what_is_typed_stays_escaped():
    template = Template(
        "{% load account_tags %}{% explained %}<p>{{ typed }}</p>{% endexplained %}"
    )
    html = template.render(Context({"typed": "<b>siège</b> & <script>"}))
    assert "&lt;b&gt;" in html and "&amp;" in html and "<script>" not in html
    assert '<a class="term" href="/glossaire/#siege">siège</a>' in html


def test_two_parts_of_one_page_explain_a_word_once(rf):
    part = "{% explained %}un siège{% endexplained %} "
    html = Template("{% load account_tags %}" + part * 2).render(
        RequestContext(rf.get("/"), {})
    )
    assert html.count('class="term"') == 1


@pytest.mark.parametrize(
    ("surface", "terms"),
    [
        ("charter", {"charte", "college", "siege", "empreinte"}),
        ("joining-steps", {"siege"}),
        ("account", {"siege", "college", "empreinte"}),
    ],
)
def test_pages_explain_the_words_that_strangers_stumbled_on(
    mona, charter, browser_of, surface, terms
):
    text = browser_of(mona).get(reverse(surface)).text
    assert terms <= set(re.findall(r'class="term" href="/glossaire/#([\w-]+)"', text))


def test_the_home_of_a_guest_and_the_topics_explain_theirs(charter, topics, browser_of):
    home = browser_of(None).get("/").text
    assert {"college", "piece"} <= set(re.findall(r'"/glossaire/#([\w-]+)"', home))
    topics[0].description = "Plans des EPCI"
    topics[0].save()
    text = browser_of(None).get("/sujets/bois-energie/").text
    assert '<a class="term" href="/glossaire/#epci">EPCI</a>' in text


def test_where_one_writes_founds_and_hands_over_the_words_are_explained(
    claire, lucie, charter, topics, spaces, browser_of
):
    def explained(reader, address):
        text = browser_of(reader).get(address).text
        return set(re.findall(r'class="term" href="/glossaire/#([\w-]+)"', text))

    assert "fil" in explained(claire, reverse("new-thread"))
    assert "piece" in explained(claire, reverse("new-group"))
    seat = claire.seats.get()
    end_seat(seat, claire)
    assert {"mandat", "espace"} <= explained(lucie, reverse("handover", args=[seat.pk]))


def test_every_acronym_of_topics_and_tags_is_explained():
    """But for what is a unit, a brand or said in full beside it."""
    known = {"BioGNV", "CNG", "TVA", "VAT", "GDPR", "ERDF"}
    said = set()
    for name in ("topics.json", "tags.json"):
        rows = json.loads((Path(files.__file__).parent / "data" / name).read_text())
        labels = json.dumps(rows, ensure_ascii=False)
        said |= set(re.findall(r"\b[A-Z][A-Za-z0-9]*[A-Z][A-Za-z]*\b", labels))
    assert said - {term.word for term in ACRONYMS} - known - {"CC0"} == set()
