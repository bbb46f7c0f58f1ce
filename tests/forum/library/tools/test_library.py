"""The library: found by topic, nature, licence, territory, organisation and words; searched."""

import pytest
from django.urls import reverse
from django_ox.testing import run_tasks

from accounts.models import Territory
from forum.library.tools.models import ToolUse
from forum.models import Topic
from tests.factories import create_tool, post_reply, start_thread
from tests.forum.conversation.files.file_helpers import picture, post_with_file
from tests.forum.library.tools.tool_helpers import facts, offered, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def library(claire, jeanne, spaces):
    """Three tools of Jeanne's and one of Claire's, by title."""
    thread = start_thread(claire, spaces["network"])
    wind = Topic.objects.get(slug="eolien")
    place = Territory.objects.create(slug="cc-du-mene", name="CC du Mené", type="autre")
    made = [
        create_tool(post_reply(jeanne, thread), "Chaudières : la consultation", type="guide"),
        create_tool(post_reply(jeanne, thread), "Bail éolien", wind, type="modele"),
        create_tool(post_reply(jeanne, thread), "Suivi du Mené", territory=place),
        create_tool(post_reply(claire, thread), "Délibération", licence="reseau"),
    ]
    return {it.title: it for it in made}


def titles(browser, **asked):
    """The titles that the library shows to these filters, in order."""
    return [it.title for it in browser.get(reverse("tools"), asked).context["page"].rows]


def test_each_filter_finds_what_it_says_and_several_at_once(library, claire, browser_of):
    browser, town = browser_of(claire), claire.seats.get().organisation
    heat, wind, followed, act = library
    every = [act, followed, wind, heat]
    for asked, found in [
        ({}, every),
        ({"sujet": "eolien"}, [wind]),
        ({"nature": "modele"}, [wind]),
        ({"licence": "reseau"}, [act]),
        ({"territoire": "mene"}, [followed]),
        ({"organisation": town.name}, [act]),
        ({"q": "chaudiere"}, [heat]),
        ({"q": "consulter des chaudières"}, [heat]),
        ({"q": "éol"}, [wind]),
        ({"q": "hydrolienne"}, []),
        ({"q": "…"}, []),
        ({"q": "bail", "nature": "guide"}, []),
        ({"sujet": "rien"}, []),
        ({"nature": "rien", "licence": "rien", "tri": "rien", "page": "x"}, every),
    ]:
        assert titles(browser, **asked) == found, asked
    assert "Aucun outil ne répond à ce choix" in browser.get(reverse("tools"), {"q": "x"}).text


def test_the_most_used_come_first_where_one_asks_for_it(library, claire, people, browser_of):
    heat, wind = list(library.values())[:2]
    for tool, users in (wind, ["authorities", "support"]), (heat, ["support"]):
        for person in (getattr(people, name) for name in users):
            ToolUse.objects.create(
                tool=tool.file.tool, version=tool, person=person,
                organisation=person.seats.get().organisation,
            )  # fmt: skip
    found = titles(browser_of(claire), tri="utilises")
    assert found[:2] == [wind.title, heat.title] and len(found) == 4


def test_an_empty_library_says_how_a_tool_comes_into_it(claire, browser_of):
    page = browser_of(claire).get(reverse("tools")).text
    assert "La boîte à outils est encore vide" in page and "Proposer comme outil" in page


def test_a_long_library_has_pages(thread, jeanne, claire, browser_of):
    post = post_reply(jeanne, thread)
    for number in range(23):
        create_tool(post, f"Outil {number}")
    browser = browser_of(claire)
    assert titles(browser)[0] == "Outil 22" and len(titles(browser)) == 20
    assert titles(browser, page=2) == ["Outil 2", "Outil 1", "Outil 0"]
    assert "Revenir à la première page" in browser.get(reverse("tools"), {"page": 9}).text


def test_a_territory_is_chosen_by_its_name_and_asked_about_where_it_is_unclear(
    document, jeanne, claire, browser_of
):
    for number in "12":
        Territory.objects.create(
            slug=f"val-{number}", name="CC du Val", type="autre", department_codes=f"0{number}"
        )
    offer = reverse("offer-tool", args=[document.pk])
    asked = browser_of(jeanne).post(offer, facts(territory_words="CC du Val"))
    assert asked.status_code == 422 and "Lequel est-ce" in asked.text
    assert 'value="val-2"' in asked.text

    chosen = facts(territory_words="CC du Val", territory="val-2", territory_asked="cc du val")
    tool = offered(browser_of(jeanne), document, **chosen)
    assert tool.territory.slug == "val-2"
    edited = browser_of(jeanne).get(reverse("edit-tool", args=[tool.file.tool_id])).text
    assert 'value="val-2"' in edited
    assert titles(browser_of(claire), territoire="val") == [tool.title]


@pytest.mark.deep
def test_the_search_finds_files_by_name_and_description_and_tools(
    document, jeanne, claire, thread, client, browser_of
):
    post_with_file(
        browser_of(jeanne), thread, "silo.jpg", picture(), text="Et une photographie."
    )
    offered(browser_of(jeanne), document)
    run_tasks()
    for words, marked in [
        ("cahier charges", "<mark>Cahier</mark>_<mark>charges</mark>.pdf"),
        ("silo", "<mark>silo</mark>"),
        ("plan photographie", "<mark>plan</mark>"),
    ]:
        page = browser_of(claire).get(reverse("search"), {"q": words})
        assert marked.lower() in page.text.lower(), words
        assert "<mark>" not in client.get(reverse("search"), {"q": words}).text, words

    page = browser_of(claire).get(reverse("search"), {"q": "chaufferie"})
    (found,) = page.context["others"]["tools"]
    assert found.file == document and "Outils" in plain(page.text)
    assert "tools" not in client.get(reverse("search"), {"q": "chaufferie"}).context["others"]


def test_the_menu_and_topics_lead_to_the_library(claire, topics, browser_of):
    library = reverse("tools")
    assert f'href="{library}"' in browser_of(claire).get("/").text
    topic = browser_of(claire).get("/sujets/bois-energie/").text
    assert f'href="{library}?sujet=bois-energie"' in topic
