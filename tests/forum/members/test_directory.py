"""The directory: organisations for all, people for members, each showing what they choose."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Signature
from accounts.profiles.models import Profile
from accounts.viewers.viewers import GUEST
from forum import models
from forum.base.expertise import actions
from tests.accounts.territory_helpers import territory
from tests.factories import AUTHORITIES, PROJECTS, create_seat, start_thread

MEMBERS, CARD = "/membres/", "/compte/annuaire/"


def found(page):
    return [person.full_name for person in page.context["page"].rows]


def write(browser, **fields):
    """Send one's choices: listed, unless ``is_listed`` is "" or told otherwise."""
    sent = {"is_listed": "on"} | fields
    return browser.post(CARD, {name: value for name, value in sent.items() if value != ""})


# People


def test_members_find_members_by_name(claire, jeanne, browser_of):
    page = browser_of(jeanne).get(MEMBERS)
    assert found(page) == ["Claire Le Bihan", "Jeanne Brunel"]

    for typed in ("claire", "LE BIHAN", "bihan clai", "Clâire"):
        assert found(browser_of(jeanne).get(MEMBERS, {"q": typed})) == ["Claire Le Bihan"]
    assert found(browser_of(jeanne).get(MEMBERS, {"q": "personne"})) == []


def test_members_find_members_by_organisation_college_department_and_topic(
    claire, jeanne, topics, browser_of
):
    page = browser_of(jeanne)
    theirs = claire.seats.get().organisation
    Organisation.objects.filter(pk=theirs.pk).update(department_code="35")
    models.Expertise.objects.create(person=claire, topic=topics[1])

    for asked in (
        {"organisation": "claire"},
        {"college": AUTHORITIES},
        {"departement": "35"},
        {"sujet": topics[1].slug},
        {"sujet": topics[1].slug, "college": AUTHORITIES, "departement": "35"},
    ):
        assert found(page.get(MEMBERS, asked)) == ["Claire Le Bihan"], asked
    assert found(page.get(MEMBERS, {"college": PROJECTS})) == ["Jeanne Brunel"]
    assert found(page.get(MEMBERS, {"sujet": topics[1].slug, "college": PROJECTS})) == []


def test_the_name_one_takes_later_is_the_one_found(claire, jeanne, browser_of):
    browser_of(claire).post(reverse("account"), {"full_name": "Clara Éon"})

    assert found(browser_of(jeanne).get(MEMBERS, {"q": "eon"})) == ["Clara Éon"]


def test_only_members_of_today_are_listed(people, browser_of):
    names = set(found(browser_of(people.animator).get(MEMBERS)))

    assert people.authorities.full_name in names and people.group.full_name in names
    for role in ("waiting", "registered", "former", "lapsed", "suspended", "administrator"):
        assert getattr(people, role).full_name not in names, role


def test_who_withdrew_their_signature_is_listed_no_more(claire, jeanne, browser_of):
    Signature.objects.filter(person=claire).delete()

    assert found(browser_of(jeanne).get(MEMBERS)) == ["Jeanne Brunel"]


def test_a_seat_that_waits_lists_nobody(people, browser_of):
    page = browser_of(people.projects)

    assert found(page.get(MEMBERS, {"q": "Mina"})) == []
    assert found(page.get(MEMBERS, {"organisation": "Mina"})) == []


# What each shows


def test_nothing_is_shown_of_how_to_reach_someone_until_they_say_so(claire, jeanne, browser_of):
    address = claire.get_absolute_url()
    write(browser_of(claire), telephone="02 96 00 00 01", presentation="Je cherche du bois.")

    page = browser_of(jeanne).get(address)
    assert claire.email not in page.text and "02 96 00" not in page.text
    assert "Je cherche du bois." in page.text

    write(
        browser_of(claire), telephone="02 96 00 00 01", shows_telephone="on", shows_email="on"
    )
    page = browser_of(jeanne).get(address)
    assert claire.email in page.text and "02 96 00 00 01" in page.text
    assert "Je cherche du bois." not in page.text


def test_what_is_shown_is_shown_to_members_only(people, spaces, browser_of):
    claire = people.authorities
    start_thread(claire, spaces["public"])
    write(
        browser_of(claire), presentation="Bonjour à tous.", shows_email="on",
        telephone="02 96 00 00 01", shows_telephone="on",
    )  # fmt: skip

    for role in ("guest", "registered", "former", "lapsed", "suspended", "administrator"):
        page = browser_of(getattr(people, role)).get(claire.get_absolute_url())
        assert page.status_code == 200
        for secret in (claire.email, "02 96 00 00 01", "Bonjour à tous", "Peut témoigner"):
            assert secret not in page.text, (role, secret)


def test_from_a_person_and_from_a_topic_one_comes_to_who_else_can_testify_on_it(
    claire, jeanne, people, topics, browser_of
):
    topic, alone = topics[:2]
    for person, known in ((claire, topic), (claire, alone), (jeanne, topic)):
        models.Expertise.objects.create(person=person, topic=known)
    page = browser_of(people.animator).get(claire.get_absolute_url()).text
    address = f"{MEMBERS}?sujet={topic.slug}"

    assert page.count(f'href="{address}"') == 1
    assert f"{MEMBERS}?sujet={alone.slug}" not in page
    assert found(browser_of(people.animator).get(address)) == [str(claire), str(jeanne)]
    assert f'href="{address}"' in browser_of(jeanne).get(topic.get_absolute_url()).text
    assert f'href="{address}"' not in browser_of(None).get(topic.get_absolute_url()).text
    write(browser_of(jeanne), is_listed="")
    page = browser_of(people.animator).get(claire.get_absolute_url()).text
    assert address not in page  # Nobody else is listed any more.


def test_who_may_not_see_seats_is_not_told_that_there_is_none(
    claire, jeanne, spaces, browser_of
):
    start_thread(claire, spaces["public"])
    seen = {who: browser_of(who).get(claire.get_absolute_url()).text for who in (None, jeanne)}

    assert "Les fiches et les sièges ne sont montrés qu’aux membres." in seen[None]
    for page in seen.values():
        assert "Sans siège confirmé" not in page
    assert "ne sont montrés qu’aux membres" not in seen[jeanne]


def test_guests_are_told_that_who_sits_somewhere_is_for_members(claire, jeanne, browser_of):
    address = claire.seats.get().organisation.get_absolute_url()

    assert "Qui siège n’est montré qu’aux membres." in browser_of(None).get(address).text
    assert claire.get_absolute_url() not in browser_of(None).get(address).text
    assert "Qui siège n’est montré" not in browser_of(jeanne).get(address).text


def test_who_opts_out_is_in_no_list_and_testifies_to_nobody(claire, jeanne, topics, browser_of):
    write(browser_of(claire), topics=[topics[1].pk])
    assert "Peut témoigner" in browser_of(jeanne).get(claire.get_absolute_url()).text

    write(browser_of(claire), topics=[topics[1].pk], is_listed="")

    assert found(browser_of(jeanne).get(MEMBERS)) == ["Jeanne Brunel"]
    theirs = claire.seats.get().organisation.get_absolute_url()
    people = browser_of(jeanne).get(theirs).context["seats"]
    assert list(people) == []
    assert "Peut témoigner" not in browser_of(jeanne).get(claire.get_absolute_url()).text
    assert "Peut témoigner" in browser_of(claire).get(claire.get_absolute_url()).text


def test_ones_choices_come_back_as_they_were_made(claire, topics, browser_of):
    assert Profile.objects.count() == 0
    page = browser_of(claire)
    assert page.get(CARD).context["form"]["is_listed"].value() is True

    answer = write(page, topics=[topics[0].pk, topics[1].pk], presentation="Bois.")
    assert answer.status_code == 302
    write(page, topics=[topics[1].pk], presentation="Vent.", shows_email="on")

    form = page.get(CARD).context["form"]
    assert form["presentation"].value() == "Vent." and form["shows_email"].value() is True
    assert list(form["topics"].value()) == [topics[1].pk]
    assert Profile.objects.count() == models.Expertise.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("telephone", "appelez-moi"), ("telephone", "1"), ("telephone", "2" * 50),
        ("telephone", "\0"), ("presentation", "x" * 5000), ("presentation", "\0"),
        ("topics", "999999"), ("topics", "forgé"), ("topics", "\0"),
    ],
)  # fmt: skip
def test_a_choice_that_will_not_do_says_why_and_writes_nothing(
    field, value, claire, topics, browser_of
):
    answer = write(browser_of(claire), **{"presentation": "Du bois."} | {field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert field == "presentation" or "Du bois." in answer.text
    assert not Profile.objects.exists() and not models.Expertise.objects.exists()


def test_a_telephone_to_show_is_one_that_is_given(claire, browser_of):
    assert write(browser_of(claire), shows_telephone="on").status_code == 422


def test_a_suspended_person_hides_but_does_not_testify(people, topics, browser_of, viewer_of):
    page = browser_of(people.suspended)

    assert write(page, is_listed="", topics=[topics[0].pk]).status_code == 302
    assert Profile.objects.get().is_listed is False
    assert not models.Expertise.objects.exists()
    for nobody in (GUEST, viewer_of(people.suspended)):
        with pytest.raises(PermissionDenied):
            actions.set_expertise(topics, nobody)


@pytest.fixture
def gone(people, spaces):
    """A lapsed person and a suspended one, whose confirmed seats and words are there still."""
    for person in (people.lapsed, people.suspended):
        Profile.objects.create(
            person=person, presentation="Ma fiche.", telephone="02 96 00 00 09",
            shows_telephone=True, shows_email=True,
        )  # fmt: skip
        writing = start_thread(people.authorities, spaces["public"])
        writing.posts.update(author=person)
        models.Thread.objects.filter(pk=writing.pk).update(author=person)
    return [people.lapsed, people.suspended]


def test_who_is_no_member_today_keeps_a_page_without_seat_card_or_testimony(
    gone, people, topics, browser_of
):
    for person in gone:
        models.Expertise.objects.create(person=person, topic=topics[1])
        theirs = person.seats.get().organisation.name
        page = browser_of(people.projects).get(person.get_absolute_url())
        assert page.status_code == 200
        for shown in (person.email, "02 96 00 00 09", "Ma fiche.", "Peut témoigner", theirs):
            assert shown not in page.text, (person, shown)


def test_one_reads_ones_own_card_and_that_nobody_else_does(gone, browser_of):
    page = browser_of(gone[0]).get(gone[0].get_absolute_url()).text

    assert "Ma fiche." in page and "vous seul voyez votre fiche" in page


def test_whose_seat_waits_has_a_page_once_they_have_written(people, spaces, browser_of):
    theirs, page = people.waiting.get_absolute_url(), browser_of(people.projects)
    assert page.get(theirs).status_code == 404

    start_thread(people.waiting, spaces["public"])
    assert "Sans siège confirmé" in page.get(theirs).text


def test_an_organisation_names_those_who_sit_there_today(people, make_person, browser_of):
    here = people.authorities.seats.get().organisation
    seats = {"organisation": here, "signed": False}
    closed = make_person("Clotilde Close", is_active=False)
    suspended = make_person("Suzanne Suspendue", suspended_at=timezone.now())
    unlisted = make_person("Ursule Discrète")
    Profile.objects.create(person=unlisted, is_listed=False)
    for person in (closed, suspended, unlisted):
        create_seat(person, AUTHORITIES, organisation=here)
    create_seat(make_person("Lise Caduque"), AUTHORITIES, **seats)

    page = browser_of(people.projects).get(here.get_absolute_url())

    assert [seat.person for seat in page.context["seats"]] == [people.authorities]
    assert page.text.index("Qui y siège") < page.text.index("Dans le réseau")


# Organisations


def test_an_organisation_is_of_the_network_admitted_and_under_a_current_signature(people):
    Organisation.objects.filter(seats__person=people.support).update(admitted_at=None)
    Signature.objects.filter(person=people.group).update(withdrawn_at=timezone.now())
    inside = set(Organisation.objects.in_network())

    assert people.authorities.seats.get().organisation in inside
    for out in (people.lapsed, people.support, people.group):
        assert out.seats.get().organisation not in inside


def test_whose_signature_has_lapsed_or_is_withdrawn_is_listed_nowhere_and_keeps_its_page(
    people, spaces, client
):
    start_thread(people.group, spaces["public"], title="Ce que nous avons écrit")
    Signature.objects.filter(person=people.group).update(withdrawn_at=timezone.now())
    listed = client.get("/organisations/").context["page"].rows

    for person in (people.lapsed, people.group):
        one = person.seats.get().organisation
        page = client.get(one.get_absolute_url())
        assert one not in listed
        assert page.status_code == 200 and "n’est plus dans le réseau aujourd’hui" in page.text
        assert "pas encore signée" not in page.text
    assert "Ce que nous avons écrit" in page.text


def test_who_cannot_sponsor_does_not_find_an_organisation_that_looks_for_sponsors(
    claire, make_person, browser_of
):
    one, other = claire.seats.get().organisation, make_person("Mona", PROJECTS, confirmed=False)
    Organisation.objects.filter(pk=one.pk).update(admitted_at=None, needs_sponsors=True)
    page = browser_of(other)

    assert page.get(one.get_absolute_url()).status_code == 404
    assert page.get(reverse("candidates")).status_code == 404
    other.seats.update(confirmed_at=timezone.now())
    assert one.get_absolute_url() in page.get(reverse("candidates")).text
    assert page.get(one.get_absolute_url()).status_code == 200


def test_the_register_leads_to_no_page_that_is_not_there(people, client):
    one = people.authorities.seats.get().organisation
    Organisation.objects.filter(pk=one.pk).update(admitted_at=None, needs_sponsors=True)
    page = client.get("/charte/signataires/").text

    assert one.name in page and one.get_absolute_url() not in page


def test_anyone_finds_organisations_by_name_college_and_department(
    claire, jeanne, client, topics
):
    Organisation.objects.filter(seats__person=claire).update(department_code="35")

    def names(**asked):
        page = client.get("/organisations/", asked)
        return [one.seats.get().person.full_name for one in page.context["page"].rows]

    assert names() == ["Claire Le Bihan", "Jeanne Brunel"]
    assert names(q="organisation claire") == ["Claire Le Bihan"]
    assert names(college=PROJECTS) == ["Jeanne Brunel"]
    assert names(departement="35") == ["Claire Le Bihan"]
    assert names(q="rien de tel") == []


def test_a_topic_finds_organisations_by_what_the_viewer_reads(
    claire, jeanne, spaces, topics, browser_of
):
    start_thread(claire, spaces["network"], topic=topics[1])
    asked = {"sujet": topics[1].slug}

    def count(person):
        page = browser_of(person).get("/organisations/", asked)
        return len(page.context["page"].rows)

    assert (count(None), count(jeanne)) == (0, 1)


def test_a_commune_is_not_named_twice_in_the_list_of_organisations(claire, town, browser_of):
    town.territories.add(territory(town.name), territory("Pays voisin"))
    text = browser_of(None).get("/organisations/").text.partition('class="cards"')[2]
    row = text.partition("</ul>")[0]
    assert row.count(town.name) == 1 and "Pays voisin" in row


def test_an_organisation_found_by_a_topic_says_whether_it_wrote_or_offers_to_testify(
    claire, jeanne, spaces, topics, browser_of
):
    asked = {"sujet": topics[1].slug}
    start_thread(claire, spaces["public"], topic=topics[1])
    models.Expertise.objects.create(person=jeanne, topic=topics[1])

    def said(person):
        cards = browser_of(person).get("/organisations/", asked).text.split('class="told-of">')
        return [card.partition("<")[0].strip() for card in cards[1:]]

    assert said(jeanne) == ["A écrit sur ce sujet", "Propose d’en témoigner"]
    assert said(None) == ["A écrit sur ce sujet"]
    models.Expertise.objects.create(person=claire, topic=topics[1])
    assert said(jeanne)[0] == "A écrit sur ce sujet, et propose d’en témoigner"


def test_what_a_topic_finds_is_said_beside_the_filter(claire, browser_of):
    wrote, offers = "Un sujet trouve qui a écrit dessus", "propose d’en témoigner."

    def said(person, address):
        page = browser_of(person).get(address).text
        hint = page.partition('id="by-topic-hint">')[2].partition("</p>")[0]
        return wrote in hint, offers in hint

    for address in ("/territoires/", "/organisations/"):
        assert said(claire, address) == (True, True), address
        assert said(None, address) == (True, False), address
    assert said(claire, MEMBERS) == (False, True)


def test_an_organisation_says_on_what_it_can_testify(claire, jeanne, spaces, browser_of):
    start_thread(claire, spaces["network"], kind="experience")
    address = claire.seats.get().organisation.get_absolute_url()

    assert "1\u00a0expérience racontée" in browser_of(jeanne).get(address).text
    assert "expérience racontée" not in browser_of(None).get(address).text


def test_an_organisation_abroad_says_in_which_country(claire, client):
    one = claire.seats.get().organisation
    Organisation.objects.filter(pk=one.pk).update(country="AT", department_code="")

    assert "Autriche" in client.get(one.get_absolute_url()).text


def test_its_people_are_led_to_its_territories_and_others_are_not(claire, jeanne, browser_of):
    address = claire.seats.get().organisation.get_absolute_url()

    assert "Choisir ses territoires" in browser_of(claire).get(address).text
    assert "Choisir ses territoires" not in browser_of(jeanne).get(address).text
    assert "Choisir ses territoires" not in browser_of(None).get(address).text


def test_who_opted_out_has_no_page_but_by_what_they_wrote(claire, jeanne, browser_of, spaces):
    write(browser_of(claire), is_listed="", presentation="Je me tais.")
    page = browser_of(jeanne)
    assert page.get(claire.get_absolute_url()).status_code == 404
    assert browser_of(claire).get(claire.get_absolute_url()).status_code == 200
    start_thread(claire, spaces["network"])
    assert page.get(claire.get_absolute_url()).status_code == 200


def test_a_topic_of_a_number_that_no_database_holds_is_no_topic(jeanne, browser_of):
    answer = write(browser_of(jeanne), topics=[str(10**30)])

    assert answer.status_code == 422 and "Ce sujet n’est pas connu" in answer.text
