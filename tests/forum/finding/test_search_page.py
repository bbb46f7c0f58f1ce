"""The page of a search: results, filters, what is said where nothing is found."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Organisation, Territory
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.questions import actions as questions
from forum.models import Space
from tests.factories import post_reply, start_thread
from tests.forum.test_query_counts import Counted

pytestmark = pytest.mark.usefixtures("cast_scene", "no_posting_limits")

TITLE = "Quelle chaudière à plaquettes pour l’école ?"


def ask(person, title, **fields):
    """``person`` asks in the space of the network."""
    return start_thread(person, Space.objects.get(slug="reseau"), title=title, **fields)


@pytest.fixture
def boiler(jeanne, claire):
    """A question about a boiler, with an answer."""
    found = ask(claire, TITLE, text="Nous brûlons encore du fioul.")
    post_reply(jeanne, found, "La nôtre fait <b>200 kW</b> & chauffe trois bâtiments.")
    return found


@pytest.fixture
def page(browser_of, claire):
    """The text of the page of a search, as ``claire`` sees it."""

    def page(words="", person=claire, **filters):
        answer = browser_of(person).get(reverse("search"), {"q": words} | filters)
        assert answer.status_code == 200
        return answer.text

    return page


def found(text):
    """The ids of the threads found, in order."""
    return [int(pk) for pk in re.findall(r'data-thread="(\d+)"', text)]


def plain(html):
    """What is read of ``html``, single-spaced."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def title_of(text):
    return plain(re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1])


def test_a_result_leads_to_the_very_post_and_marks_what_was_found(page, boiler):
    text = page("batiment kW")
    post = boiler.posts.get(number=2)
    result = re.search(r"<li data-thread.*?</li>", text, re.DOTALL)[0]

    assert found(text) == [boiler.pk]
    assert f'href="{post.page_url()}"' in result
    assert "<mark>bâtiments</mark>" in result and "<mark>kW</mark>" in result
    assert "<b>200" not in result  # What is written is text, whatever it looks like.
    assert "1</b> réponse" in " ".join(result.split())


def test_a_row_says_that_a_thread_is_public_to_who_reads_more_than_that(
    claire, spaces, browser_of
):
    start_thread(claire, spaces["public"], title="Une turbine au moulin")

    def row(person):
        text = browser_of(person).get(reverse("search"), {"q": "turbine"}).text
        return re.search(r"<li data-thread.*?</li>", text, re.DOTALL)[0]

    for person, is_said in ((None, False), (claire, True), (None, False)):
        assert ("Public" in row(person)) == is_said


def test_the_title_says_what_was_searched_and_how_much_was_found(page, boiler):
    assert title_of(page("chaudiere")).startswith("« chaudiere » (1 fil) · Recherche")
    assert "(aucun fil)" in title_of(page("xqzwvk"))
    assert title_of(page()).startswith("Recherche")


def test_what_is_searched_stands_in_the_box_escaped(page):
    text = page('"><script>alert(1)</script>')

    assert "<script>alert" not in text
    assert 'value="&quot;&gt;&lt;script&gt;' in text


def test_topics_that_are_called_so_are_found_too(page, boiler):
    def topics(words):
        also = page(words).partition('class="also-found"')[2].partition("</section>")[0]
        return re.findall(r'href="/sujets/([^/]*)/"', also)

    assert topics("énerg") == ["bois-energie"]
    assert topics("énergie éolien") == []
    assert topics("nergie") == []


def test_an_organisation_and_the_territory_of_its_name_are_one_result(page, town):
    def also(words):
        return page(words).partition('class="also-found"')[2].partition("</section>")[0]

    namesake = {"name": "Brec", "type": "commune"}
    here = Territory.objects.create(slug="brec", department_codes="22", **namesake)
    there = Territory.objects.create(slug="brec-38", department_codes="38", **namesake)
    town.territories.add(here, there)
    Organisation.objects.filter(pk=town.pk).update(name="Brec", folded_name="brec")

    assert re.findall(r'href="(/organisations/[^"]*|/territoires/[^"]*)"', also("brec")) == [
        reverse("territory", args=["brec-38"]),
        reverse("organisation", args=[town.slug]),
    ]


def test_a_filter_says_how_many_threads_it_keeps_and_a_chip_takes_it_away(
    page, boiler, claire, jeanne
):
    solved = ask(claire, "Chaudière en panne")
    questions.accept_answer(post_reply(jeanne, solved), viewer_of_person(claire))
    text = page("chaudière")
    assert re.search(r'value="oui"[^>]*>\s*Oui\s*\(1\)', text)

    text = page("chaudière", resolu="oui")
    assert found(text) == [solved.pk]
    chip = re.search(r'<a class="chip" href="([^"]*)">(.*?)</a>', text, re.DOTALL)
    assert plain(chip[2]) == "Ôter le filtre Résolu : Oui"
    assert "resolu" not in chip[1]


def test_a_college_says_in_how_many_threads_its_people_wrote_what_is_found(
    page, boiler, claire, jeanne
):
    for _ in range(2):
        post_reply(jeanne, boiler, text="Une chaudière de plus.")
    options = dict(re.findall(r'<option value="([a-z-]+)"[^>]*>(.*?)</option>',
                              page("chaudière"), re.DOTALL))  # fmt: skip

    assert plain(options["collectivites-locales"]) == "Collectivités locales (1)"
    assert plain(options["porteurs-de-projet"]) == "Porteurs de projet (1)"
    assert "structures-de-soutien" not in options


def test_a_filter_typed_among_the_words_becomes_a_filter_of_the_form(page, boiler):
    text = page("chaudière type:question")

    assert re.search(r'value="question" selected', text)
    assert re.search(r'id="q"[^>]*value="chaudière"', text)
    assert found(text) == [boiler.pk]


def test_a_filter_that_finds_nothing_stays_chosen_and_can_be_taken_away(page, boiler):
    text = page("chaudière", sujet="eolien")

    assert found(text) == []
    assert re.search(r'value="eolien" selected>\s*Éolien', text)
    assert "Type : Retour d’expérience" in plain(page("xqzwvk", type="experience"))
    assert "Chercher sans les filtres" in text


def test_where_nothing_is_found_one_is_led_to_ask(page, browser_of, claire):
    text = page('"hydrolienne xqzwvk" -gaz')
    assert "Aucun fil ne répond à cette recherche" in text
    address = unescape(re.search(r'href="([^"]*\?title=[^"]*)"', text)[1])

    form = browser_of(claire).get(address).text
    assert 'value="hydrolienne xqzwvk"' in form


def test_a_date_that_is_not_read_is_told_how_dates_are_written(page, boiler):
    assert found(page("chaudière", depuis="janvier 2025")) == [boiler.pk]
    text = page("chaudière", depuis="l’an dernier")
    assert found(text) == []
    assert "Une date se lit ainsi : 2025, 03/2025, mars 2025 ou 14/03/2025." in plain(text)


def test_guests_are_told_that_what_they_may_not_read_is_not_searched(client, boiler):
    text = client.get(reverse("search"), {"q": "chaudière"}).text

    assert found(text) == []
    assert "On ne cherche que dans ce que vous pouvez lire." in text


def test_where_nothing_has_all_words_what_comes_near_is_counted_as_such(page, boiler):
    text = page("chaudière xqzwvk")

    assert "(rien n’a tous ces mots, 1 résultat approchant)" in title_of(text)
    assert "ucun fil" not in text
    assert found(text) == [boiler.pk]


def test_what_has_only_some_of_the_words_comes_apart_and_is_not_counted(page, boiler, claire):
    whole = ask(claire, "Chaudière et cogénération")
    text = page("chaudière cogénération")

    assert "(1 fil)" in title_of(text)
    assert found(text) == [whole.pk, boiler.pk]
    apart = text.index("Avec une partie des mots seulement")
    assert text.index(f'data-thread="{whole.pk}"') < apart
    assert apart < text.index(f'data-thread="{boiler.pk}"')


def test_pages_have_twenty_results_and_keep_what_was_asked(page, claire):
    threads = [ask(claire, f"Éolienne {n}") for n in range(21)]
    text = page("éolienne", tri="date")
    second = reverse("search") + "?q=%C3%A9olienne&amp;page=2&amp;tri=date"

    assert found(text) == [one.pk for one in reversed(threads)][:20]
    assert second in text
    assert found(page("éolienne", tri="date", page="2")) == [threads[0].pk]


def test_what_is_named_so_has_a_line_of_its_own(page, people, boiler):
    organisation = people.projects.seats.first().organisation
    text = page(organisation.name)

    line = re.search(r"<dt>Organisations</dt>(.*?)</div>", text, re.DOTALL)[1]
    assert f'href="{organisation.get_absolute_url()}"' in line


def test_the_queries_of_the_page_do_not_grow_with_what_it_finds(
    browser_of, claire, jeanne, boiler
):
    browser = browser_of(claire)

    def cost(words):
        browser.get(reverse("search"), {"q": words})
        with Counted() as counted:
            browser.get(reverse("search"), {"q": words})
        return counted.number

    few = cost("chaudière")
    for n in range(12):
        post_reply(jeanne, ask(claire, f"Chaudière {n}"))
    assert cost("chaudière") <= few


def test_of_communes_the_search_proposes_those_where_the_network_acts(page, claire, client):
    commune = {"type": "commune", "department_codes": "38", "name": "Chaudières-le-Haut"}
    far = Territory.objects.create(slug="far", insee_code="38998", **commune)
    near = Territory.objects.create(slug="near", insee_code="38999", **commune)
    claire.seats.get().organisation.territories.add(near)

    assert near.get_absolute_url() in page("chaudières")
    assert far.get_absolute_url() not in page("chaudières")
    typed = client.get(reverse("search-suggestions"), {"q": "chaudi"}).json()["territories"]
    assert [it["url"] for it in typed] == [near.get_absolute_url()]
