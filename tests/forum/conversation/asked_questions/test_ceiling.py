"""Of how many questions an organisation is told in a week, whoever asks and however."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.base.rules import Refused
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.ceiling.queries import WEEK
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals.actions import pass_on
from forum.conversation.addressees.selection.actions import ask_others
from forum.conversation.addressees.selection.queries import COLLEGE, NAMED, SIMILAR
from forum.conversation.follows.models import Level
from forum.conversation.follows.subscriptions.models import Subscription
from forum.models import Follow
from forum.moderation.organisations.actions import merge_organisations
from tests.forum.conversation.asked_questions.conftest import territory_of, town_of
from tests.forum.conversation.asked_questions.helpers import (
    ask,
    fields,
    inbox_of,
    latest,
    organisation,
    propose,
    wood,
    words_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]
NETWORK = "network"


@pytest.fixture
def busy(asker, make_town, make_person, spaces):
    """Somebody of an organisation that has been told of three questions this week."""
    one = make_town("Busy", knows=True)
    for n, value in enumerate([organisation(one), territory_of(one), f"person-{one.pk}"]):
        ask(asker, spaces[NETWORK], value, title=f"Question numéro {n} ?")
    return one


def test_over_the_ceiling_the_form_says_so_kindly_and_proposes_others(
    asker, busy, make_town, browser_of
):
    other = make_town("Free", knows=True)
    for value in organisation(busy), territory_of(busy), f"person-{busy.pk}":
        sent = fields(addressee=value, title=f"Encore une question à {value} ?")
        answer = browser_of(asker).post(reverse("new-thread"), sent)
        assert answer.status_code == 422
        assert "déjà reçu assez de questions cette semaine" in words_of(answer)
        assert f'name="addressee" value="{organisation(other)}"' in answer.text
    assert latest().title == "Question numéro 2 ?"


def test_no_way_of_asking_passes_over_the_ceiling(asker, busy, make_town, spaces, viewer_of):
    free, place = make_town("Free"), town_of(asker).territories.get()
    for mode, criteria in (
        (SIMILAR, {"territory": place}),
        (COLLEGE, {"college": town_of(asker).college}),
        (NAMED, {"names": ("Mairie de Busy", "Mairie de Free")}),
    ):
        rows = propose(asker, spaces[NETWORK], mode, **criteria).rows
        assert len(rows) == 1 and "Free" in rows[0].name
    viewer = viewer_of(asker)
    both = [find_addressee(viewer, organisation(it)) for it in (busy, free)]
    thread = ask(asker, spaces[NETWORK], organisation(free), title="Une autre question ?")
    with pytest.raises(Refused, match="assez de questions"):
        ask_others(thread, viewer, both)
    with pytest.raises(Refused, match="assez de questions"):
        pass_on(thread.addressees.get(), viewer_of(free), both[0], "")
    assert AskedOrganisation.objects.filter(organisation=town_of(busy)).count() == 3


def test_who_is_over_it_as_the_question_is_sent_is_passed_over(
    asker, busy, make_town, spaces, browser_of
):
    free = make_town("Free")
    thread = ask(asker, spaces[NETWORK], organisation(busy), organisation(free))
    assert [row.organisation for row in thread.addressees.all()] == [town_of(free)]
    assert thread.title in inbox_of(browser_of(free))
    assert thread.title not in inbox_of(browser_of(busy))


def test_a_week_later_one_is_asked_again(asker, busy, spaces):
    AskedOrganisation.objects.update(asked_at=timezone.now() - WEEK - timedelta(seconds=1))
    assert ask(asker, spaces[NETWORK], organisation(busy)).addressees.exists()


def test_of_a_territory_those_are_told_who_may_still_be(
    asker, busy, make_town, spaces, browser_of
):
    free = make_town("Free")
    town_of(free).territories.add(town_of(busy).territories.get())
    thread = ask(asker, spaces[NETWORK], territory_of(busy))
    assert thread.title in inbox_of(browser_of(free))
    assert thread.title not in inbox_of(browser_of(busy))
    assert thread.addressees.get().territory == town_of(busy).territories.get()


def test_one_question_counts_once_however_it_reaches_an_organisation(
    asker, make_town, spaces, make_person
):
    one = make_town("One")
    ask(asker, spaces[NETWORK], organisation(one), territory_of(one), f"person-{one.pk}")
    assert AskedOrganisation.objects.count() == 1


def test_the_ceiling_is_the_operators_to_set(asker, busy, spaces, settings):
    settings.FORUM_QUESTIONS_PER_WEEK = 4
    assert ask(asker, spaces[NETWORK], organisation(busy)).addressees.exists()
    settings.FORUM_QUESTIONS_PER_WEEK = 0
    with pytest.raises(Refused, match="assez de questions"):
        ask(busy, spaces[NETWORK], organisation(asker), title="Et vous, comment faites-vous ?")


def test_who_muted_the_topic_or_the_thread_hears_of_no_question_put_to_others_too(
    asker, make_town, spaces, browser_of
):
    one, two = make_town("One"), make_town("Two")
    Subscription.objects.create(person=one, topic=wood(), level=Level.MUTED)
    thread = ask(asker, spaces[NETWORK], organisation(one), organisation(two))
    Follow.objects.create(person=two, thread=thread, level=Level.MUTED)
    for person in one, two:
        assert thread.title not in inbox_of(browser_of(person))
    assert thread.addressees.count() == 2  # That somebody mutes tells the asker nothing.


def test_what_was_asked_of_merged_organisations_is_asked_of_one(
    asker, make_town, lucie, spaces, viewer_of
):
    one, two = make_town("One"), make_town("Two")
    both = ask(asker, spaces[NETWORK], organisation(one), organisation(two))
    single = ask(asker, spaces[NETWORK], organisation(one), title="À toi seule, une question ?")
    merge_organisations(town_of(one), town_of(two), viewer_of(lucie), "La même.")
    for thread in both, single:
        assert AskedOrganisation.objects.filter(
            thread=thread, organisation__name="Mairie de Two"
        ).exists()
