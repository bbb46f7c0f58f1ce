"""The map and its list say the same; a territory's page shows what the viewer may read."""

import gzip
import re
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders

from accounts.models import Department, Seat, Signature, Territory
from accounts.viewers.viewers import viewer_of_person
from forum import models
from forum.conversation.questions.actions import accept_answer
from forum.models import Thread, Topic
from forum.site.reference_data import territories
from tests.factories import AUTHORITIES, PROJECTS, post_reply, start_thread

MAP = "/territoires/"


@pytest.fixture
def departments(db):
    territories.create_departments()


def place(person, name, codes="22", **fields):
    """The organisation of ``person`` acts on a territory of this name."""
    one, _new = Territory.objects.get_or_create(
        name=name,
        defaults={"slug": uuid4().hex[:8], "type": "pays", "department_codes": codes} | fields,
    )
    person.seats.get().organisation.territories.add(one)
    return one


def titles(rows):
    """The titles of threads, of which each row shows its own."""
    found = [Thread.objects.get(pk=row.pk).title for row in rows]
    assert all(title in row.html for title, row in zip(found, rows, strict=True))
    return found


def circles(text):
    """``{what is said of a place: its number}`` on the map."""
    found = re.findall(r'<a href="\?[^"]*" aria-label="([^"]+)".*?<text[^>]*>(\d+)<', text)
    return {said.replace("\u00a0", " "): int(n) for said, n in found}


def listed(text):
    return re.findall(r'<li><a class="tall" href="/territoires/[^"]+">([^<]+)<', text)


def test_the_map_says_how_many_territories_are_in_each_department(
    claire, jeanne, departments, client
):
    place(claire, "Pays de Rohan")
    place(claire, "Pays de Dinan")
    place(jeanne, "Pays de Redon", "35|22")

    page = client.get(MAP)

    said = {"Côtes-d’Armor : 3 territoires": 3, "Ille-et-Vilaine : 1 territoire": 1}
    assert circles(page.text) == said
    assert len(listed(page.text)) == 3
    assert "Victor Cazanave" in page.text and "Licence Ouverte" in page.text


def test_a_department_narrows_the_list_and_leaves_the_map(claire, jeanne, departments, client):
    place(claire, "Pays de Rohan")
    place(jeanne, "Pays de Redon", "35")

    page = client.get(MAP, {"departement": "35"})

    assert listed(page.text) == ["Pays de Redon (35)"]
    assert len(circles(page.text)) == 2
    assert re.findall(r'1 territoire" aria-current="true"', page.text)


def test_overseas_and_abroad_are_in_lists_of_their_own(claire, departments, client):
    place(claire, "Sud Martinique", "972")
    place(claire, "Güssing", "", country="AT")

    page = client.get(MAP)

    assert circles(page.text) == {}
    assert "Outre-mer" in page.text and "Martinique <b>1</b>" in page.text
    assert "Hors de France" in page.text and "Autriche <b>1</b>" in page.text
    assert listed(page.text) == ["Güssing (Autriche)", "Sud Martinique (972)"]
    assert listed(client.get(MAP, {"pays": "AT"}).text) == ["Güssing (Autriche)"]
    assert listed(client.get(MAP, {"departement": "972"}).text) == ["Sud Martinique (972)"]


def test_a_college_filters_the_map_and_the_list(claire, jeanne, departments, client):
    place(claire, "Pays de Rohan")
    place(jeanne, "Pays de Redon", "35")

    page = client.get(MAP, {"college": PROJECTS})

    assert listed(page.text) == ["Pays de Redon (35)"]
    assert list(circles(page.text)) == ["Ille-et-Vilaine : 1 territoire"]


def test_a_territory_is_on_the_map_once_an_organisation_there_has_signed(
    claire, departments, client
):
    place(claire, "Pays de Rohan")
    Signature.objects.all().delete()

    assert listed(client.get(MAP).text) == []


def test_where_nothing_is_found_one_still_chooses_among_named_departments(
    claire, departments, client
):
    text = client.get(MAP, {"college": "structures-de-soutien"}).text
    assert "Rien ne répond à ce choix" in text and 'id="by-department"' in text
    one = Department.objects.first()
    text = client.get(MAP, {"departement": one.code}).text
    assert f'value="{one.code}" selected' in text
    assert f"<h2>{one.name} ({one.code})</h2>" in text


def test_a_topic_finds_the_territories_that_wrote_where_the_viewer_reads(
    claire, jeanne, spaces, topics, departments, browser_of
):
    place(claire, "Pays de Rohan")
    place(jeanne, "Pays de Redon", "35")
    start_thread(claire, spaces["public"], topic=topics[1])
    hidden = start_thread(claire, spaces[AUTHORITIES])
    post_reply(jeanne, start_thread(claire, spaces["network"], topic=topics[1]))
    asked = {"sujet": topics[1].slug}

    assert listed(browser_of(None).get(MAP, asked).text) == ["Pays de Rohan (22)"]
    assert len(listed(browser_of(jeanne).get(MAP, asked).text)) == 2
    asked = {"sujet": hidden.topic.slug}
    assert listed(browser_of(jeanne).get(MAP, asked).text) == []
    assert listed(browser_of(claire).get(MAP, asked).text) == ["Pays de Rohan (22)"]


def test_who_can_testify_on_a_topic_puts_their_territory_on_the_map_for_members(
    claire, jeanne, topics, departments, browser_of
):
    place(claire, "Pays de Rohan")
    models.Expertise.objects.create(person=claire, topic=topics[1])
    asked = {"sujet": topics[1].slug}

    assert listed(browser_of(jeanne).get(MAP, asked).text) == ["Pays de Rohan (22)"]
    assert listed(browser_of(None).get(MAP, asked).text) == []


def test_a_territory_found_by_a_topic_says_who_wrote_and_who_offers_to_testify(
    claire, jeanne, spaces, topics, departments, browser_of
):
    rohan = place(claire, "Pays de Rohan")
    rohan.organisations.add(jeanne.seats.get().organisation)
    start_thread(claire, spaces["public"], topic=topics[1])
    for person in (claire, jeanne):
        models.Expertise.objects.create(person=person, topic=topics[1])

    def said(person, **asked):
        page = browser_of(person).get(MAP, asked).text
        return "1 a écrit sur ce sujet" in page, "2 proposent d’en témoigner" in page

    asked = {"sujet": topics[1].slug}
    assert said(jeanne, **asked) == (True, True)
    assert said(None, **asked) == (True, False)
    assert said(jeanne) == (False, False)


def test_the_map_shows_those_who_wrote_or_those_who_offer_to_testify_alone(
    claire, jeanne, spaces, topics, departments, browser_of
):
    place(claire, "Pays de Rohan")
    place(jeanne, "Pays de Redon", "35")
    start_thread(claire, spaces["network"], topic=topics[1])
    models.Expertise.objects.create(person=jeanne, topic=topics[1])
    asked, found = {"sujet": topics[1].slug}, {}
    for how in "", "ecrit", "temoigne":
        page = browser_of(jeanne).get(MAP, asked | {"selon": how}).text
        found[how] = listed(page), sum(circles(page).values())

    rohan, redon = "Pays de Rohan (22)", "Pays de Redon (35)"
    assert found == {"": ([redon, rohan], 2), "ecrit": ([rohan], 1), "temoigne": ([redon], 1)}
    page = browser_of(jeanne).get(MAP, asked | {"selon": "temoigne"}).text
    assert 'href="?sujet=eolien&amp;departement=35&amp;selon=temoigne#liste"' in page
    assert 'name="selon"' in page
    guest = browser_of(None).get(MAP, asked | {"selon": "temoigne"}).text
    assert listed(guest) == [] and 'value="temoigne"' not in guest


def test_the_list_is_complete_and_numbered(claire, departments, client):
    for n in range(35):
        place(claire, f"Pays {n:02}")

    first, second = client.get(MAP), client.get(MAP, {"page": 2})

    names = listed(first.text) + listed(second.text)
    assert names == [f"Pays {n:02} (22)" for n in range(35)]
    assert "?page=2" in first.text


@pytest.mark.parametrize("address", [MAP, "/organisations/", "/membres/"])
def test_an_odd_filter_is_answered(address, claire, browser_of):
    client = browser_of(claire)
    answered = {
        (name, value[:20]): client.get(address, {name: value}).status_code
        for name in ("departement", "pays", "college", "sujet", "page", "q")
        for value in ("forgé", "\0", "999", "é" * 5000, "-1", "zz", "99999999")
    }

    assert answered == dict.fromkeys(answered, 200)


def test_the_outline_is_light_and_credited():
    with open(finders.find("forum/img/france.svg")) as file:
        outline = file.read()

    assert outline.count("<path") == 96
    assert "Victor Cazanave" in outline and "CC BY 4.0" in outline
    assert len(outline) < 50_000


# A territory's page


def test_a_territory_says_what_it_asks_answered_told_and_knows(
    claire, jeanne, lucie, spaces, topics, browser_of
):
    rohan = place(claire, "Pays de Rohan")
    start_thread(claire, spaces["network"], title="Quelle éolienne choisir ?", topic=topics[1])
    start_thread(claire, spaces["network"], title="Notre chaufferie", kind="experience")
    asked = start_thread(jeanne, spaces["network"], title="Qui a une régie ?")
    accept_answer(post_reply(claire, asked, "Nous."), viewer_of_person(jeanne))
    models.Expertise.objects.create(person=claire, topic=topics[1])

    page = browser_of(lucie).get(rohan.get_absolute_url())

    context = page.context
    assert titles(context["unresolved_questions"]) == ["Quelle éolienne choisir ?"]
    assert titles(context["experiences"]) == ["Notre chaufferie"]
    assert [one.title for one in context["answers"]] == ["Qui a une régie ?"]
    known = {
        one.slug: (one.experience_count, one.accepted_count, one.declared_count)
        for one in context["topics"]
    }
    assert known == {"bois-energie": (1, 1, 0), "eolien": (0, 0, 1)}
    for said in ("Ce qu’il demande", "Ce qu’il a répondu", "1\u00a0expérience racontée"):
        assert said in page.text


def test_replies_to_oneself_are_no_answers_given(claire, spaces, client):
    rohan = place(claire, "Pays de Rohan")
    post_reply(claire, start_thread(claire, spaces["public"]), "J’ai trouvé.")

    assert not client.get(rohan.get_absolute_url()).context["answers"]


def test_an_answer_is_found_behind_many_newer_posts(claire, jeanne, spaces, client):
    rohan = place(claire, "Pays de Rohan")
    asked = start_thread(jeanne, spaces["public"], title="Qui a une régie ?")
    post_reply(claire, asked, "Nous.")
    own = start_thread(claire, spaces["public"])
    models.Post.objects.bulk_create(
        models.Post(
            thread=own, number=n, author=claire, seat=own.seat, text="Et encore.",
            html="<p>Et encore.</p>", idempotency_key=uuid4(),
        )
        for n in range(2, 250)
    )  # fmt: skip

    found = client.get(rohan.get_absolute_url()).context["answers"]

    assert [(one.title, one.number) for one in found] == [("Qui a une régie ?", 2)]


def test_a_guest_reads_of_a_territory_what_is_public_and_names_nobody(
    claire, jeanne, spaces, topics, client
):
    rohan = place(claire, "Pays de Rohan")
    rohan.organisations.update(name="Mairie de Rohan")
    start_thread(claire, spaces["public"], title="Question publique ?")
    start_thread(claire, spaces["network"], title="Question interne ?")
    models.Expertise.objects.create(person=claire, topic=topics[1])

    page = client.get(rohan.get_absolute_url())

    assert "Question publique" in page.text and "Question interne" not in page.text
    assert claire.full_name not in page.text
    assert list(page.context["topics"]) == []


def test_a_seat_that_has_ended_testifies_no_more(claire, jeanne, topics, browser_of):
    rohan = place(claire, "Pays de Rohan")
    models.Expertise.objects.create(person=claire, topic=topics[1])
    Seat.objects.filter(person=claire).update(confirmed_at=None)

    assert not browser_of(jeanne).get(rohan.get_absolute_url()).context["topics"]


def test_a_territory_shows_the_organisations_that_the_map_counts(people, client):
    rohan = place(people.authorities, "Pays de Rohan")
    for other in (people.lapsed, people.projects, people.support):
        place(other, "Pays de Rohan")
    Signature.objects.filter(person=people.projects).delete()
    rohan.organisations.filter(seats__person=people.support).update(admitted_at=None)

    shown = client.get(rohan.get_absolute_url()).context["organisations"]

    assert list(map(str, shown)) == [str(people.authorities.seats.get().organisation)]


def test_a_territory_where_nobody_acts_invites(client, db):
    one = Territory.objects.create(slug="rohan", name="Pays de Rohan", type="pays")

    page = client.get(one.get_absolute_url())

    assert page.status_code == 200 and "La première peut être la vôtre" in page.text


def test_topics_have_their_names_in_the_language_of_the_page(client, topics):
    Topic.objects.filter(pk=topics[0].pk).update(name_en="Wood energy")

    page = client.get(MAP, headers={"Accept-Language": "en"})

    assert "Wood energy" in page.text


@pytest.mark.deep
def test_the_map_with_all_it_needs_weighs_little(claire, departments, client):
    for code in Department.objects.values_list("code", flat=True):
        for n in range(3):
            place(claire, f"Communauté de communes du Pays {code}-{n}", code)

    page = client.get(MAP)

    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    sent = [page.content, *(read(address) for address in files)]
    assert len(circles(page.text)) == 96
    assert len(sent) <= 8
    assert sum(len(gzip.compress(one, 6)) for one in sent) <= 60_000


def read(address):
    """The static file that stands at ``address``."""
    with open(finders.find(address.removeprefix("/static/")), "rb") as file:
        return file.read()


def test_a_grouping_names_its_communes_and_a_commune_its_grouping(claire, lucie, client):
    grouping = Territory.objects.create(
        slug="cc", name="CC du Val", type="communaute-de-communes", siren="200000001"
    )
    names = {}
    for number, name in enumerate(("Orbain", "Lavau"), 22001):
        fields = {"slug": name.lower(), "insee_code": str(number), "grouping": grouping}
        names[name] = Territory.objects.create(name=name, type="commune", **fields)
    claire.seats.get().organisation.territories.add(names["Lavau"])

    page = client.get(grouping.get_absolute_url())
    listed_first, all_of_them = page.text.split("Toutes, 2")
    assert "Lavau" in listed_first and "Orbain" not in listed_first
    assert "Lavau" in all_of_them and "Orbain" in all_of_them
    assert grouping.get_absolute_url() in client.get(names["Orbain"].get_absolute_url()).text
