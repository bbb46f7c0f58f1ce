"""The help: both languages say as much, and all that it names and leads to is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils.html import strip_tags

from forum.site.help.pages import GROUPS, TEXTS, pages_in, pages_with
from tests.catalogue import read_catalogue
from tests.pages.help_names import names_in, tokens_of

pytestmark = pytest.mark.django_db
SLUGS = [slug for _about, icons in GROUPS for slug in icons]
LANGUAGES = ("fr", "en")
TEMPLATES = {
    path: path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
}


def test_every_page_is_there_for_everyone_in_the_language_of_the_interface(browser_of, claire):
    for language, browser in (("fr", browser_of(None)), ("en", browser_of(claire))):
        browser.cookies["django_language"] = language
        index, pages = browser.get(reverse("help")).text, pages_in(language)
        assert [*pages] == SLUGS
        assert {one.stem for one in (TEXTS / language).iterdir()} == {*SLUGS}
        for page in pages.values():
            assert f'href="{page.get_absolute_url()}"' in index and page.title in index
        page = pages["suivre"]
        shown = browser.get(page.get_absolute_url()).text
        assert page.title in shown and page.lead in shown and page.html in shown
    assert browser.get(reverse("help-page", args=["rien"])).status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
def test_what_a_page_names_is_called_so_in_the_interface_in_both_languages(slug):
    pairs = {
        (" ".join(message.id.split()), " ".join(message.string.split()))
        for message in read_catalogue()
        if isinstance(message.id, str)
    }
    french, english = (names_in(slug, language) for language in LANGUAGES)

    assert french and len(french) == len(english)
    assert {*zip(french, english, strict=True)} - pairs == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_say_as_much(slug):
    shapes = [
        [
            (token.type, token.tag, token.attrs.get("href"), token.attrs.get("src"))
            for token in tokens_of(slug, language)
            if token.type in ("heading_open", "paragraph_open", "list_item_open", "image")
            or (token.type == "link_open" and token.attrs["href"].startswith("/"))
        ]
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1]
    for language in LANGUAGES:
        title, lead, _rest = (TEXTS / language / f"{slug}.md").read_text().split("\n\n", 2)
        assert title.startswith("# ") and not re.search(r"[*`\[\]]|\A#", lead)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_line_of_a_french_page_breaks_before_a_sign(slug):
    page = pages_in("fr")[slug]

    words = strip_tags(re.sub(r"<code>.*?</code>", "", page.title + page.lead + page.html))
    assert re.findall(r".{9}(?: [?;!:»]|« |\w'\w)", words) == []


def test_its_links_lead_to_pages_and_its_pictures_are_small_files_of_one_size():
    shown = set()
    for language in LANGUAGES:
        for page in pages_in(language).values():
            for address in re.findall(r'href="(/[^"]*)"', page.html):
                place = resolve(address)
                assert place.url_name != "help-page" or place.kwargs["slug"] in SLUGS
            pictures = re.findall(r"<img[^>]*>", page.html)
            assert all('width="480" height="300" loading="lazy"' in it for it in pictures)
            shown |= {re.search(r"forum/help/[\w/.-]+\.webp", it)[0] for it in pictures}
    files = {name: Path(finders.find(name)) for name in shown}

    folder = Path(settings.BASE_DIR, "forum", "static")
    assert {*files.values()} == {*(folder / "forum" / "help").rglob("*.*")}
    assert all(file.stat().st_size <= 40_000 for file in files.values())
    # The header of a WebP file has one less than its width and its height.
    sizes = {file.read_bytes()[24:30] for file in files.values()}
    assert sizes == {(959).to_bytes(3, "little") + (599).to_bytes(3, "little")}


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        ("fr", "SONDAGES", "sondages"),
        ("fr", "résumé courriel", "etre-prevenu"),
        ("fr", "resume", "etre-prevenu"),
        ("fr", "fermer mon compte", "vos-donnees"),
        ("fr", "mettre en form", "ecrire"),
        ("en", "polls", "sondages"),
        ("en", "following", "suivre"),
        ("en", "attached picture", "fichiers"),
    ],
)
def test_words_find_pages_in_whatever_form_titles_first(browser_of, language, words, first):
    assert pages_with(words, language)[0].slug == first
    browser = browser_of(None)
    browser.cookies["django_language"] = language
    page = browser.get(reverse("help"), {"q": words}).text
    assert f'href="{reverse("help-page", args=[first])}"' in page
    assert f'value="{words}"' in page


def test_where_no_page_has_the_words_one_may_look_for_them_elsewhere(browser_of):
    page = browser_of(None).get(reverse("help"), {"q": "hydrolienne <b>"}).text

    assert "Aucune page n’a tous ces mots" in page and "<b>" not in page.partition("<main")[2]
    assert f'href="{reverse("search")}?q=hydrolienne%20%3Cb%3E"' in page


def test_every_link_to_the_help_leads_to_a_page_that_is_there():
    asked = re.compile(r'components/help_link\.html"([^%]*)%}')
    found = [named for text in TEMPLATES.values() for named in asked.findall(text)]
    slugs = {re.search(r'page="([\w-]+)"', named)[1] for named in found}

    assert slugs <= {*SLUGS}
    assert {"ecrire", "suivre", "qui-lit", "fiches", "etre-prevenu", "rejoindre"} <= slugs


def test_one_is_led_there_where_one_hesitates_and_from_every_page(
    browser_of, claire, thread, spaces
):
    browser = browser_of(claire)
    places = {
        thread.get_absolute_url(): "ecrire",
        reverse("new-thread"): "qui-lit",
        reverse("follow-thread", args=[thread.pk]): "suivre",
        spaces["network"].get_absolute_url(): "qui-lit",
        reverse("new-sheet"): "fiches",
        reverse("mail-settings"): "etre-prevenu",
        reverse("sign-charter"): "rejoindre",
    }
    for address, slug in places.items():
        page = browser.get(address, follow=True).text
        assert f'href="{reverse("help-page", args=[slug])}"' in page, address
    for visitor in (browser, browser_of(None)):
        assert f'href="{reverse("help")}"' in visitor.get("/").text


def test_a_member_finds_the_first_steps_there_and_others_do_not(browser_of, claire, people):
    address = f'href="{reverse("first-steps")}"'
    assert address in browser_of(claire).get(reverse("help")).text
    for other in (None, people.registered):
        assert address not in browser_of(other).get(reverse("help")).text


def test_a_page_of_the_help_asks_no_more_of_the_database_than_one_of_words(browser_of, claire):
    browser = browser_of(claire)

    def cost(address):
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        return len(asked)

    glossary = cost(reverse("glossary"))
    assert cost(reverse("help")) == cost(reverse("help-page", args=["suivre"])) == glossary
    assert cost(reverse("help") + "?q=sondage") == glossary
