"""Territories that have the same question."""

import pytest
from django.urls import reverse

from forum.base.rules import Refused
from forum.conversation.addressees.same_questions import actions
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.models import Event, Follow
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests import factories
from tests.forum.conversation.asked_questions.conftest import town_of
from tests.forum.conversation.asked_questions.helpers import ask, head_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def question(asker, spaces):
    return ask(asker, spaces["public"])


def say(browser, thread):
    return browser.post(reverse("say-same-question", args=[thread.pk]))


def test_territories_are_counted_once_each_and_organisations_once(
    question, make_town, make_person, browser_of, viewer_of, lucie
):
    towns = [make_town(f"Ville{n}") for n in range(3)]
    neighbour = make_town("Voisine")
    town_of(neighbour).territories.set(town_of(towns[0]).territories.all())
    mate = make_person("Anne Collègue")
    factories.create_seat(mate, factories.AUTHORITIES, organisation=town_of(towns[0]))
    for person in [*towns, neighbour, mate, towns[0]]:
        say(browser_of(person), question)
    assert SameQuestion.objects.count() == 4
    question.refresh_from_db()
    assert question.same_question_count == 3
    assert "3 territoires se posent la même question" in head_of(browser_of(None), question)
    say(browser_of(lucie), question)  # Of an organisation that acts on no territory.
    question.refresh_from_db()
    assert question.same_question_count == 4


def test_an_organisation_counts_for_a_territory_whose_population_is_known(
    question, make_town, browser_of
):
    mayor = make_town("Parc", None, type="pnr")
    (known,) = town_of(make_town("Bourg", 700)).territories.all()
    town_of(mayor).territories.add(known)
    say(browser_of(mayor), question)

    assert SameQuestion.objects.get().territory == known


def test_who_says_so_follows_and_takes_it_back_as_easily(question, make_town, browser_of):
    one = make_town("Ville")
    seq = Event.objects.filter(thread=question).count()
    say(browser_of(one), question)
    assert Follow.objects.filter(person=one, thread=question).exists()
    assert Event.objects.filter(thread=question).count() == seq + 1
    page = browser_of(one).get(question.get_absolute_url())
    assert '#thread-head [data-if="same-question"]{display:flex}' in page.text
    browser_of(one).post(reverse("take-same-question-back", args=[question.pk]))
    question.refresh_from_db()
    assert question.same_question_count == 0 and not SameQuestion.objects.exists()
    page = browser_of(one).get(question.get_absolute_url())
    assert '#thread-head [data-if="same-question"]{display:flex}' not in page.text


def test_names_are_for_members_and_the_number_for_all(
    question, make_town, browser_of, make_person
):
    one = make_town("Ville")
    say(browser_of(one), question)
    address = reverse("same-questions", args=[question.pk])
    assert "Mairie de Ville" in words_of(browser_of(one).get(address))
    waits = make_person("Attend Siège", factories.AUTHORITIES, confirmed=False)
    for reader in None, waits:
        page = browser_of(reader).get(address)
        assert "1 territoire se pose la même question" in words_of(page)
        assert "Mairie de Ville" not in page.text


def test_it_is_not_said_of_ones_own_question_nor_without_a_seat(
    question, asker, make_person, viewer_of, browser_of
):
    with pytest.raises(Refused, match="déjà votre question"):
        actions.say_same_question(question, viewer_of(asker))
    waits = make_person("Attend Siège", factories.AUTHORITIES, confirmed=False)
    with pytest.raises(Refused, match="siège confirmé"):
        actions.say_same_question(question, viewer_of(waits))
    answer = browser_of(None).post(reverse("say-same-question", args=[question.pk]))
    assert answer.status_code == 302 and "login" in answer.url


def test_a_merge_counts_both_and_a_move_to_more_readers_nobody(
    asker, make_town, lucie, spaces, viewer_of
):
    one, two = make_town("One"), make_town("Two")
    first = ask(asker, spaces["network"])
    second = ask(two, spaces["network"], title="La même question, autrement ?")
    for person, thread in ((one, first), (one, second), (asker, second)):
        actions.say_same_question(thread, viewer_of(person))
    merge_threads(second, first, viewer_of(lucie))
    first.refresh_from_db()
    assert first.same_question_count == 1  # Who asks there is not counted.
    factories.move_thread(first, viewer_of(lucie), spaces["public"])
    first.refresh_from_db()
    assert first.same_question_count == 0 and not SameQuestion.objects.exists()
