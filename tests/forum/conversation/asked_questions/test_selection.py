"""Whom one may put a question to, as one sees before one sends it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Territory
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.selection.queries import (
    COLLEGE,
    EXPERTISE,
    NAMED,
    SIMILAR,
)
from forum.conversation.addressees.selection.similarity import DEPARTMENT, REGION
from forum.models import Thread, Topic
from tests import factories
from tests.forum.conversation.asked_questions.conftest import territory_of, town_of
from tests.forum.conversation.asked_questions.helpers import (
    ask,
    fields,
    head_of,
    inbox_of,
    latest,
    organisation,
    propose,
    wood,
    words_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]
NETWORK = "network"


def names(found):
    return {row.name.partition("\N{NO-BREAK SPACE}(")[0].split(" (")[0] for row in found.rows}


def test_territories_like_mine_are_of_its_kind_size_and_place(asker, make_town, spaces):
    Department.objects.create(code="22", name="Côtes-d’Armor", region="Bretagne")
    Department.objects.create(code="29", name="Finistère", region="Bretagne")
    make_town("Near", 5_000)
    make_town("Next", 5_000, department_codes="29")
    make_town("Far", 5_000, department_codes="71")
    make_town("Large", 50_000)
    make_town("Park", 5_000, type="pnr")
    place = town_of(asker).territories.get()

    def found(**criteria):
        return names(propose(asker, spaces[NETWORK], SIMILAR, territory=place, **criteria))

    assert found() == {"Near", "Next", "Far", "Large", "Park"}
    assert found(factor=2) == {"Near", "Next", "Far", "Park"}
    assert found(factor=2, is_same_type=True) == {"Near", "Next", "Far"}
    assert found(factor=2, is_same_type=True, area=REGION) == {"Near", "Next"}
    assert found(factor=2, is_same_type=True, area=DEPARTMENT) == {"Near"}


def test_where_no_territory_answers_to_all_criteria_the_nearest_are_proposed(
    asker, make_town, spaces, browser_of
):
    for name, population in (("City", 90_000), ("Hamlet", 40), ("Borough", 20_000)):
        make_town(name, population)
    make_town("Park", 4_100, type="pnr")
    make_town("Uncounted", None)
    place = town_of(asker).territories.get()
    like = {"territory": place, "factor": 2, "is_same_type": True}
    found = propose(asker, spaces[NETWORK], SIMILAR, **like)

    shown = [row.name.split("\N{NO-BREAK SPACE}")[0].split(" (")[0] for row in found.rows]
    assert found.dropped and shown == ["Hamlet", "Borough", "City"]
    experienced = propose(asker, spaces[NETWORK], SIMILAR, is_experienced=True, **like)
    assert experienced.rows == [] and not experienced.dropped
    page = browser_of(asker).post(
        reverse("new-thread"),
        fields(ask=SIMILAR, factor="2", same_type="on", territory=place.slug, propose="1"),
    )
    assert "Voici les 3 plus proches, sans regarder le nombre d’habitants." in words_of(page)


def test_as_few_criteria_are_dropped_as_leave_somebody_to_ask(asker, make_town, spaces):
    make_town("Park", 90_000, type="pnr")
    make_town("Nearer", 9_000, type="pnr", department_codes="71")
    like = {"territory": town_of(asker).territories.get(), "factor": 2, "is_same_type": True}
    dropped = ("le nombre d’habitants", "la nature du territoire")

    found = propose(asker, spaces[NETWORK], SIMILAR, **like)
    assert names(found) == {"Nearer", "Park"} and found.dropped == dropped
    found = propose(asker, spaces[NETWORK], SIMILAR, area=DEPARTMENT, **like)
    assert names(found) == {"Park"} and found.dropped == dropped


def test_territories_whose_population_nobody_knows_are_counted_and_said_to_be(
    asker, make_town, spaces, browser_of
):
    make_town("Near")
    for name in ("Uncounted", "Unknown"):
        make_town(name, None)
    make_town("Park", None, type="pnr")
    sent = fields(ask=SIMILAR, factor="2", same_type="on", propose="1")

    def told():
        return words_of(browser_of(asker).post(reverse("new-thread"), sent))

    assert "2 territoires n’y sont pas : on ne sait pas combien d’habitants ils ont." in told()
    sent |= {"experienced": "on"}
    assert "n’y sont pas" not in told()
    sent |= {"experienced": "", "factor": ""}
    assert "n’y sont pas" not in told() and "pas regardé" not in told()
    town_of(asker).territories.update(population=None)
    sent |= {"factor": "2"}
    page = told()
    assert "3 territoires" in page and "leur nombre n’est pas regardé" in page


def test_where_nobody_knows_any_population_territories_of_the_other_criteria_are_proposed(
    asker, make_town, spaces, browser_of
):
    for name in ("Uncounted", "Unknown"):
        make_town(name, None)
    make_town("Park", None, type="pnr")
    like = {"territory": town_of(asker).territories.get(), "factor": 2, "is_same_type": True}
    found = propose(asker, spaces[NETWORK], SIMILAR, **like)

    assert names(found) == {"Uncounted", "Unknown"} and found.uncounted == 0
    assert found.dropped == ("le nombre d’habitants",)


def test_the_same_topics_are_those_on_which_ones_own_territory_writes_most(
    asker, make_town, jeanne, spaces, browser_of
):
    place = town_of(asker).territories.get()
    for n in range(3):
        Topic.objects.create(
            slug=f"topic-{n}", name=f"Sujet {n}", name_en=f"Topic {n}", order=n
        )
    page = browser_of(asker).get(reverse("new-thread"))
    assert "Où l’on écrit sur les mêmes sujets" not in page.text
    leading, (minor, *more) = wood(), Topic.objects.filter(name__startswith="Sujet")
    for topic in (leading, minor, *more):
        for _n in range(1 if topic == minor else 2):
            factories.start_thread(asker, spaces[NETWORK], topic=topic)
    same, elsewhere, other = (make_town(it) for it in ("Same", "Elsewhere", "Other"))
    factories.start_thread(same, spaces[NETWORK], topic=leading)
    factories.start_thread(elsewhere, spaces[factories.AUTHORITIES], topic=leading)
    factories.start_thread(other, spaces[NETWORK], topic=minor)

    def found(person, **criteria):
        about = {"territory": place, "has_same_topics": True} | criteria
        return names(propose(person, spaces[NETWORK], SIMILAR, **about))

    assert found(asker) == {"Same", "Elsewhere"}
    assert found(asker, has_same_topics=False) == {"Same", "Elsewhere", "Other"}
    # What is written in a room that one does not read resembles nothing.
    assert found(jeanne) == {"Same"}
    page = words_of(browser_of(asker).get(reverse("new-thread")))
    assert "Où l’on écrit sur les mêmes sujets" in page and f"{minor}." not in page


def test_where_nothing_was_written_the_same_topics_narrow_nothing(asker, make_town, spaces):
    make_town("Same")
    place = town_of(asker).territories.get()
    found = propose(asker, spaces[NETWORK], SIMILAR, territory=place, has_same_topics=True)
    assert names(found) == {"Same"}


def test_the_step_before_sending_counts_them_and_who_has_testified(
    asker, make_town, browser_of
):
    towns = [make_town(f"Ville{n}", knows=n < 3) for n in range(9)]
    sent = fields(ask="similar", factor="2", same_type="on")
    page = browser_of(asker).post(reverse("new-thread"), sent | {"propose": "1"})
    assert page.status_code == 200 and not Thread.objects.filter(author=asker).exists()
    assert "9 territoires, dont 3 ont témoigné sur ce sujet" in words_of(page)
    assert "Dites-nous tout." in page.text
    alone = browser_of(asker).post(reverse("new-thread"), sent | {"propose": "list"})
    assert "9 territoires" in words_of(alone) and "<html" not in alone.text
    boxes = [territory_of(one) for one in towns]
    ticked, others = words_of(page).split("4 autres à cocher")
    assert "Les 5 premiers sont cochés" in ticked and "Ville8" in others
    shown = re.findall('name="addressee" value="([^"]+)"( checked)?>', page.text)
    assert shown == [(box, " checked" if n < 5 else "") for n, box in enumerate(boxes)]
    kept = [*boxes[:3], boxes[8]]
    sent |= {"addressee": kept, "proposed": "similar"}
    assert browser_of(asker).post(reverse("new-thread"), sent).status_code == 302
    assert latest().addressees.count() == 4
    assert "demande 0 réponse 4 interrogés" in head_of(browser_of(asker), latest())
    title = " ".join(latest().title.split())
    told = [person for person in towns if title in inbox_of(browser_of(person))]
    assert told == [*towns[:3], towns[8]]


def test_who_publishes_without_having_looked_is_shown_the_step_first(
    asker, make_town, browser_of
):
    make_town("Ville", knows=True)
    page = browser_of(asker).post(reverse("new-thread"), fields(ask="expertise"))
    assert page.status_code == 200 and "Qui sera interrogé" in page.text
    assert "Rien n’est encore publié" in words_of(page)
    assert re.search(r'<fieldset[^>]*id="interroges"[^>]* autofocus', page.text)
    assert not Thread.objects.filter(author=asker).exists()
    unticked = fields(ask="expertise", proposed="expertise")
    assert browser_of(asker).post(reverse("new-thread"), unticked).status_code == 302
    assert not latest().addressees.exists()


def test_those_who_know_the_topic_said_so_or_wrote_on_it_where_the_asker_reads(
    asker, make_town, jeanne, spaces
):
    make_town("Said", knows=True)
    wrote, elsewhere = make_town("Wrote"), make_town("Elsewhere")
    make_town("Silent")
    factories.start_thread(wrote, spaces[NETWORK], topic=wood())
    factories.start_thread(elsewhere, spaces[factories.AUTHORITIES], topic=wood())
    found = names(propose(asker, spaces[NETWORK], EXPERTISE))
    assert found == {"Mairie de Said", "Mairie de Wrote", "Mairie de Elsewhere"}
    # Jeanne does not read the room of local authorities: what is said there tells her nothing.
    found = propose(jeanne, spaces[NETWORK], EXPERTISE)
    assert names(found) == {"Mairie de Said", "Mairie de Wrote"} and found.testified == 2


def test_only_who_may_answer_in_the_space_is_proposed(
    asker, make_town, jeanne, spaces, make_person
):
    make_town("Reader")
    silenced, left, suspended = (make_town(it) for it in ("Silenced", "Left", "Suspended"))
    silenced.silenced_until = timezone.now() + timedelta(days=3)
    silenced.save()
    left.seats.update(ended_at=timezone.now())
    suspended.suspended_at = timezone.now()
    suspended.save()
    make_person("Waits Seat", factories.AUTHORITIES, confirmed=False)
    authorities = jeanne.seats.get().organisation.college
    room = names(propose(asker, spaces[factories.AUTHORITIES], COLLEGE, college=authorities))
    assert room == set()
    college = town_of(asker).college
    found = names(propose(asker, spaces[factories.AUTHORITIES], COLLEGE, college=college))
    assert found == {"Mairie de Reader"}
    factories.join_group(asker)
    assert not propose(asker, spaces["group"], COLLEGE, college=college).rows


def test_names_are_found_whatever_their_accents_and_the_others_are_said(
    asker, make_town, spaces
):
    make_town("Évry")
    make_town("Gone").seats.update(ended_at=timezone.now())
    typed = ("mairie de evry", "EVRY", "Mairie de Gone", "Nulle Part")
    found = propose(asker, spaces[NETWORK], NAMED, names=typed)
    assert {row.name for row in found.rows} == {"Mairie de Évry", "Évry"}
    assert found.unknown == ("Mairie de Gone", "Nulle Part")


def test_who_was_asked_longest_ago_comes_first_and_who_testified_before_all(
    asker, make_town, spaces
):
    one, two, three = make_town("One"), make_town("Two"), make_town("Knows", knows=True)
    for person in (three, two):
        ask(asker, spaces[NETWORK], organisation(person), title=f"Question {person.pk} ?")
    college = town_of(asker).college
    found = propose(asker, spaces[NETWORK], COLLEGE, college=college)
    assert [row.value for row in found.rows] == [organisation(it) for it in (three, one, two)]


def test_a_territory_that_would_ask_nobody_new_is_left_out(asker, make_town, spaces):
    one, two = make_town("One"), make_town("Two")
    agency = town_of(one)
    two.seats.update(organisation=agency)
    agency.territories.add(town_of(asker).territories.get())
    place = town_of(asker).territories.get()
    two_places = propose(asker, spaces[NETWORK], SIMILAR, territory=place)
    assert len(two_places.rows) == 1


@pytest.mark.deep
def test_the_asker_and_animators_ask_others_afterwards(
    asker, make_town, jeanne, lucie, browser_of, spaces
):
    first, second = make_town("First"), make_town("Second", knows=True)
    thread = ask(asker, spaces[NETWORK], organisation(first))
    address = reverse("ask-others", args=[thread.pk])
    assert browser_of(jeanne).get(address).status_code == 403
    for person in (asker, lucie):
        page = browser_of(person).get(thread.get_absolute_url())
        assert address in page.text
    page = browser_of(lucie).post(address, {"ask": "expertise", "propose": "1"})
    assert organisation(second) in page.text and organisation(first) not in page.text
    sent = {"ask": "expertise", "proposed": "expertise", "addressee": [organisation(second)]}
    assert browser_of(lucie).post(address, sent).status_code == 302
    assert thread.title in inbox_of(browser_of(second))
    head = head_of(browser_of(jeanne), thread)
    assert "2 interrogés" in head and "Mairie de Second" in head
    assert AskedOrganisation.objects.filter(thread=thread).count() == 2


def test_an_undone_question_keeps_its_choice_in_the_draft_and_asks_nobody(
    asker, make_town, spaces, browser_of
):
    towns = [make_town(f"Ville{n}") for n in range(3)]
    thread = ask(asker, spaces[NETWORK], *(territory_of(it) for it in towns))
    post = thread.posts.get()
    answer = browser_of(asker).post(reverse("undo-post", args=[post.pk]))
    page = browser_of(asker).get(answer.url)
    assert all(f'value="{territory_of(it)}" checked' in page.text for it in towns)
    assert not AskedOrganisation.objects.exists()


def test_a_draft_carries_whom_the_question_is_put_to(asker, make_town, browser_of):
    towns = [make_town(f"Ville{n}") for n in range(3)]
    sent = fields(draft_of=reverse("new-thread"), addressee=[territory_of(it) for it in towns])
    browser_of(asker).post(reverse("drafts"), sent)
    page = browser_of(asker).get(f"{reverse('new-thread')}?draft={sent['idempotency_key']}")
    assert all(f'value="{territory_of(it)}" checked' in page.text for it in towns)


def test_who_is_ticked_stays_ticked_when_one_looks_by_other_criteria(
    asker, make_town, browser_of, spaces
):
    towns = [make_town(f"Ville{n}") for n in range(3)]
    knows = make_town("Savante", population=900_000, knows=True)
    near = [territory_of(one) for one in towns]
    thread = ask(asker, spaces[NETWORK])
    ways = [
        (reverse("new-thread"), fields()),
        (reverse("ask-others", args=[thread.pk]), {}),
    ]
    for address, typed in ways:
        criteria = typed | {"propose": "1", "factor": "2", "same_type": "on"}
        page = browser_of(asker).post(address, criteria | {"ask": "similar"})
        assert set(ticked(page)) == set(near) and chosen_before(page) == ""
        kept = {"addressee": near[:2], "proposed": "similar", "kept": ""}
        page = browser_of(asker).post(address, criteria | kept | {"ask": "expertise"})
        assert ticked(page) == [*near[:2], organisation(knows)], address
        # Those whom the same criteria proposed make room for what wider ones find.
        kept = {"addressee": ticked(page), "proposed": "expertise", "kept": chosen_before(page)}
        page = browser_of(asker).post(address, criteria | kept | {"ask": "expertise"})
        assert ticked(page) == [*near[:2], organisation(knows)]
        kept |= {"addressee": [near[0], organisation(knows)]}
        page = browser_of(asker).post(address, criteria | kept | {"ask": "similar"})
        assert ticked(page)[:2] == [near[0], organisation(knows)]
        assert set(ticked(page)) == {*near, organisation(knows)}


def test_no_more_are_proposed_than_a_question_may_be_put_to(
    asker, make_town, browser_of, monkeypatch
):
    monkeypatch.setattr("forum.conversation.addressees.selection.forms.MAX_ADDRESSEES", 3)
    towns = [make_town(f"Ville{n}", knows=True) for n in range(5)]
    chosen = [organisation(one) for one in towns[:2]]
    sent = fields(ask="expertise", propose="1", addressee=chosen, proposed="college")
    page = browser_of(asker).post(reverse("new-thread"), sent)
    assert len(ticked(page)) == 3 and ticked(page)[:2] == chosen
    assert "5 organisations ou territoires" in words_of(page)
    sent |= {"addressee": ticked(page), "proposed": "college", "names": "Ville"}
    sent |= {"ask": "similar", "factor": "5"}
    page = browser_of(asker).post(reverse("new-thread"), sent)
    assert "Vous en avez déjà choisi autant" in words_of(page)


def ticked(page):
    """The values of the boxes that are ticked, in order."""
    return re.findall(r'name="addressee" value="([^"]*)" checked', page.text)


def chosen_before(page):
    """What the page sends along of those who were ticked before."""
    return re.search(r'name="kept"(?: value="([^"]*)")?', page.text)[1] or ""


def test_who_has_no_territory_is_told_so_and_where_to_choose_it(asker, make_town, browser_of):
    make_town("Ville")
    town_of(asker).territories.clear()

    page = browser_of(asker).post(reverse("new-thread"), fields(ask="similar", propose="1"))

    assert "n’a pas encore dit sur quel territoire elle agit" in words_of(page)
    assert f'href="{reverse("own-territories")}"' in page.text
    assert "élargissez" not in page.text


def test_of_territories_of_one_name_the_one_where_the_network_acts_is_asked(
    asker, make_town, spaces
):
    town = make_town("Beaulieu", 300)
    place = town_of(town).territories.get()
    for code, people in (("63", 9_000), ("07", 400)):
        Territory.objects.create(
            slug=f"b-{code}", name=place.name, type=place.type, department_codes=code,
            population=people,
        )  # fmt: skip
    town_of(town).territories.filter(pk=place.pk).update(
        name="Beaulieu", folded_name="beaulieu"
    )
    for name in ("Beaulieu", f"Beaulieu ({place.department})"):
        found = propose(asker, spaces[NETWORK], NAMED, names=(name,))
        assert [row.value for row in found.rows] == [territory_of(town)], name
    assert propose(asker, spaces[NETWORK], NAMED, names=("Beaulieu (63)",)).unknown


def test_of_territories_of_one_name_one_of_unknown_population_is_asked_last(
    asker, make_town, spaces
):
    towns = [make_town("Beaulieu", 300), make_town("Beaulieu-Parc", None, type="pnr")]
    Territory.objects.filter(slug="beaulieu-parc").update(
        name="Beaulieu", folded_name="beaulieu"
    )
    found = propose(asker, spaces[NETWORK], NAMED, names=("Beaulieu",))

    assert [row.value for row in found.rows] == [territory_of(towns[0])]
