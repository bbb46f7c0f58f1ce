"""Animators see where answers are missing, in what they may read themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Seat, Territory
from forum.conversation.meetings.models import Meeting
from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.edits.actions import delete_post
from forum.finding.statistics.overview.exchanges import Exchanges
from forum.finding.statistics.overview.filters import VIEWS
from forum.finding.statistics.overview.queries import (
    NEW_FOR,
    SILENT_WEEKS,
    meeting_figures,
    newcomers,
    silent_organisations,
    topic_figures,
    waiting_questions,
)
from forum.models import Post, Topic
from forum.moderation import actions as moderation
from tests.factories import AUTHORITIES, PROJECTS, post_reply, start_thread
from tests.forum.conversation.meeting_helpers import add_meeting, register
from tests.forum.conversation.poll_helpers import create_counted_poll
from tests.forum.conversation.round_helpers import decide, end_round, open_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(lucie, viewer_of):
    """The viewer that the animator is, who sits among the authorities."""
    return viewer_of(lucie)


@pytest.fixture
def paul(make_person):
    """Of the projects, as Jeanne is; of another organisation."""
    return make_person("Paul Renard", PROJECTS)


def text_of(client, **query):
    response = client.get(reverse("overview"), query)
    assert response.status_code == 200
    return response.text


def organisation_of(person):
    return person.seats.get().organisation


def place(person, name):
    one = Territory.objects.create(name=name, slug=uuid4().hex[:8], type="pays")
    organisation_of(person).territories.add(one)
    return one


def exchanges(figures):
    return {row.owner.slug: row[1:4] for row in figures if any(row[1:4])}


def test_questions_that_wait_are_listed_oldest_first_and_by_topic(
    claire, jeanne, lucie, spaces, seen, browser_of, viewer_of
):
    wood, wind = Topic.objects.order_by("order")
    first = start_thread(claire, spaces["network"], topic=wood, title="Quelle chaufferie ?")
    second = start_thread(jeanne, spaces["public"], topic=wind, title="Quel mât ?")
    post_reply(claire, first)  # One's own reply is no answer.

    assert list(waiting_questions(seen)) == [first.pk, second.pk]
    assert list(waiting_questions(seen, wind.slug)) == [second.pk]
    assert [(row.topic, row.waiting) for row in topic_figures(seen)] == [(wood, 1), (wind, 1)]
    shown, of_wind = text_of(browser_of(lucie)), text_of(browser_of(lucie), sujet=wind.slug)
    assert shown.index("Quelle chaufferie ?") < shown.index("Quel mât ?")
    assert "Quelle chaufferie ?" not in of_wind and "Quel mât ?" in of_wind

    answer = post_reply(jeanne, first)
    assert list(waiting_questions(seen)) == [second.pk]
    delete_post(answer, viewer_of(jeanne))
    assert list(waiting_questions(seen)) == [first.pk, second.pk]


def test_topics_of_which_nothing_is_told_are_counted_in_one_line(
    claire, jeanne, lucie, spaces, browser_of
):
    wood, wind = Topic.objects.order_by("order")
    start_thread(claire, spaces["network"], topic=wood, title="Quelle chaufferie ?")
    post_reply(jeanne, start_thread(claire, spaces["network"], topic=wind))

    table, after = text_of(browser_of(lucie)).split("</table>")
    assert f'href="{wood.get_absolute_url()}"' in table.partition("<table")[2]
    assert f'href="{wind.get_absolute_url()}"' not in table.partition("<table")[2]
    assert "1 sujet a eu moins de cinq questions" in after


def test_what_is_settled_or_closed_does_not_wait(claire, spaces, seen, viewer_of):
    settled, closed = (start_thread(claire, spaces["network"]) for _n in range(2))
    accept_answer(post_reply(claire, settled), viewer_of(claire))
    moderation.lock_thread(closed, seen, True)

    assert list(waiting_questions(seen)) == []


def test_what_animators_do_not_read_is_not_counted(
    jeanne, paul, lucie, spaces, seen, browser_of
):
    private = start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs de projet")
    post_reply(paul, private)
    start_thread(jeanne, spaces[PROJECTS], title="Qui attend entre porteurs")

    assert not list(waiting_questions(seen)) and not topic_figures(seen)
    assert (
        exchanges(Exchanges(seen).of_colleges()) == {}
        and Exchanges(seen).of_territories() == {}
    )
    silent = {one.name for one in silent_organisations(seen)}
    assert {organisation_of(jeanne).name, organisation_of(paul).name} <= silent
    assert {jeanne, paul} <= {seat.person for seat in newcomers(seen)}
    for view in VIEWS:
        assert "porteurs" not in text_of(browser_of(lucie), vue=view).replace("projet", "")


def test_exchanges_count_questions_of_organisations_and_not_posts(
    claire, jeanne, paul, lucie, spaces, seen, browser_of
):
    asked = start_thread(claire, spaces["network"])
    for person in jeanne, jeanne, paul, claire:
        post_reply(person, asked)
    start_thread(jeanne, spaces["network"])
    start_thread(claire, spaces["network"], kind="discussion")
    hers, his = place(jeanne, "Pays d’Argance"), place(paul, "Vallée")
    theirs = place(claire, "Terres froides")

    assert exchanges(Exchanges(seen).of_colleges()) == {
        AUTHORITIES: (1, 1, 0),
        PROJECTS: (1, 0, 1),
    }
    answering = {row.owner.slug: row.answering_count for row in Exchanges(seen).of_colleges()}
    assert answering[PROJECTS] == 2 and answering[AUTHORITIES] == 0
    assert Exchanges(seen).of_territories() == {
        hers.pk: (1, 0, 1), his.pk: (0, 0, 1), theirs.pk: (1, 1, 0),
    }  # fmt: skip
    shown = text_of(browser_of(lucie), vue="echanges")
    assert shown.index("Pays d’Argance") < shown.index("Terres froides")
    assert not any(one.full_name in shown for one in (claire, jeanne, paul))

    moderation.hide_post(asked.posts.get(number=4), seen, "Hors sujet")
    assert his.pk not in Exchanges(seen).of_territories()


def test_exchanges_are_counted_by_the_database_whatever_there_is(
    claire, jeanne, paul, spaces, seen, django_assert_num_queries
):
    for name in "Pays d’Argance", "Vallée":
        organisation_of(paul).territories.add(place(jeanne, name))
    for _ in range(3):
        asked = start_thread(claire, spaces["network"])
        for person in jeanne, paul, jeanne:
            post_reply(person, asked)
    one_both, one_alone = (
        start_thread(person, spaces["public"]) for person in (claire, jeanne)
    )
    post_reply(paul, one_both), post_reply(paul, one_alone)

    with django_assert_num_queries(1):
        found = Exchanges(seen)
        assert {*found.of_territories().values()} == {(1, 1, 5)}
    assert exchanges(found.of_colleges()) == {AUTHORITIES: (4, 4, 0), PROJECTS: (1, 1, 5)}


def test_silent_organisations_are_those_without_a_post_in_half_a_year(
    claire, jeanne, paul, lucie, spaces, seen, browser_of
):
    thread = start_thread(claire, spaces["network"])
    post_reply(jeanne, thread)
    Seat.objects.filter(person=paul).update(confirmed_at=timezone.now() + timedelta(hours=1))
    silent = list(silent_organisations(seen))
    assert silent[0] == organisation_of(paul)
    assert {organisation_of(claire), organisation_of(jeanne)}.isdisjoint(silent)

    long_ago = timezone.now() - timedelta(weeks=SILENT_WEEKS)
    Post.objects.filter(author=jeanne).update(created_at=long_ago)
    assert organisation_of(jeanne) in silent_organisations(seen)
    shown = text_of(browser_of(lucie), vue="silences")
    assert organisation_of(jeanne).name in shown and "dernier message dans" in shown
    assert organisation_of(claire).name not in shown


def test_newcomers_are_there_until_they_write(
    claire, jeanne, lucie, spaces, seen, browser_of, viewer_of, make_person
):
    waiting = make_person("Waldo Vidal", PROJECTS, confirmed=False)
    Seat.objects.filter(person=claire).update(
        confirmed_at=timezone.now() - NEW_FOR - timedelta(hours=1)
    )
    assert jeanne.full_name in text_of(browser_of(lucie), vue="nouveaux")
    people = {seat.person for seat in newcomers(seen)}
    assert jeanne in people and not people & {claire, waiting}

    post = start_thread(jeanne, spaces["network"]).posts.get()
    assert jeanne not in {seat.person for seat in newcomers(seen)}
    delete_post(post, viewer_of(jeanne))
    assert jeanne in {seat.person for seat in newcomers(seen)}


def test_meetings_and_decisions_of_a_year_are_counted_by_topic_and_in_all(
    claire, jeanne, lucie, spaces, seen, browser_of
):
    thread = start_thread(claire, spaces["network"], topic=Topic.objects.get(slug="eolien"))
    hall = add_meeting(thread, claire, max_people=2)
    register(hall, jeanne, lucie, claire)  # Who waits for a place counts nowhere.
    assert meeting_figures(seen) == []
    assert "Aucune rencontre ne s’est tenue" in text_of(browser_of(lucie), vue="rencontres")

    for it, when in (hall, 10), (add_meeting(thread, claire, days=20), 400):
        start = timezone.now() - timedelta(days=when)
        Meeting.objects.filter(pk=it.pk).update(starts_at=start, ends_at=start)
    hall.registrations.filter(person=jeanne).update(attended_at=timezone.now())
    for outcome in "adopted", "not_adopted":
        decide(end_round(open_round(thread, claire)), claire, outcome)
    create_counted_poll(thread)
    create_counted_poll(thread, outcome="adopted")
    private = start_thread(jeanne, spaces[PROJECTS])
    decide(end_round(open_round(private, jeanne)), jeanne)

    wind, total = meeting_figures(seen)
    assert (wind.topic, total.topic) == (thread.topic, None)
    assert wind[1:] == total[1:] == (1, 2, 1, 4, 2)
    assert "Dont adoptées" in text_of(browser_of(lucie), vue="rencontres")


def test_the_page_is_there_for_animators_alone(claire, lucie, browser_of):
    for view in VIEWS:
        text_of(browser_of(lucie), vue=view)
        assert browser_of(claire).get(reverse("overview"), {"vue": view}).status_code == 404
    text_of(browser_of(lucie), vue="x", page="9")
