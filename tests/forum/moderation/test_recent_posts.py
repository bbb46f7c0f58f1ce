"""One press hides what someone posted lately, and another shows it again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Seat
from forum.base.rules import Refused
from forum.models import Post, Thread
from forum.moderation.measures.models import Measure
from forum.moderation.recent_posts import actions
from forum.moderation.reports.models import ReportStatus
from tests.factories import (
    AUTHORITIES,
    create_seat,
    moderation_reason,
    post_reply,
    start_thread,
)
from tests.forum.moderation.report_helpers import reported
from tests.forum.thread_invariants import check_contribution_counts, check_thread_counts

pytestmark = pytest.mark.usefixtures("charter", "topics")


@pytest.fixture
def flood(make_person, spaces, claire):
    """Who waits with two others for a seat, and what the three posted in public."""
    mina = make_person("Mina Attente", AUTHORITIES, confirmed=False)
    people = [mina]
    for n in range(2):
        people.append(make_person(f"Complice {n}"))
        town = mina.seats.get().organisation
        create_seat(people[-1], AUTHORITIES, organisation=town, confirmed=False)
    asked = start_thread(claire, spaces["public"])
    for person in people:
        post_reply(person, start_thread(person, spaces["public"]))
        post_reply(person, asked)
    return people


@pytest.fixture
def sent():
    """What the form says."""
    slug = moderation_reason().slug
    return {"authors": "person", "reason": slug, "facts": "Une réclame, partout."}


def shown(person):
    posts = Post.objects.filter(author=person, hidden_at=None, held_at=None)
    return posts.filter(thread__removed_at=None).count()


def test_where_nothing_was_posted_there_is_nothing_to_press(claire, lucie, browser_of):
    page = browser_of(lucie).get(reverse("recent-posts", args=[claire.pk]))
    assert "Rien à masquer" in page.text and "Masquer ces messages" not in page.text


def test_one_press_hides_what_a_person_posted_in_a_day_and_leaves_the_rest(
    flood, lucie, sent, browser_of, claire
):
    mina, other, _third = flood
    Post.objects.filter(pk=mina.posts.first().pk).update(
        created_at=timezone.now() - timedelta(hours=25)
    )
    address = reverse("recent-posts", args=[mina.pk])
    page = browser_of(lucie)
    assert address in page.get(mina.get_absolute_url()).text
    answer = page.post(address, sent, follow=True)

    assert "2\N{NO-BREAK SPACE}messages masqués" in answer.text
    assert (shown(mina), shown(other), shown(claire)) == (1, 3, 1)
    measures = Measure.objects.filter(person=mina)
    assert {(one.taken_by, one.facts) for one in measures} == {(lucie, sent["facts"])}
    assert "Une réclame" in browser_of(mina).get(reverse("inbox")).text
    check_thread_counts()
    check_contribution_counts()


def test_one_press_hides_what_all_posted_who_wait_for_the_same_seat(
    flood, lucie, sent, browser_of, claire
):
    page, address = browser_of(lucie), reverse("recent-posts", args=[flood[0].pk])
    assert "la même organisation\N{NO-BREAK SPACE}: 9" in page.get(address).text
    page.post(address, sent | {"authors": "organisation"})

    assert [shown(person) for person in flood] == [0, 0, 0]
    assert shown(claire) == 1
    assert Thread.objects.exclude(removed_at=None).count() == 3


def test_another_press_shows_it_all_again(flood, lucie, sent, browser_of):
    page, address = browser_of(lucie), reverse("recent-posts", args=[flood[0].pk])
    page.post(address, sent | {"authors": "organisation"})
    restore = reverse("restore-together", args=[Measure.objects.earliest("pk").pk])
    assert restore in page.get(address).text
    answer = page.post(restore, {"ending_reason": "Une erreur de notre part."}, follow=True)

    assert "9\N{NO-BREAK SPACE}messages rétablis" in answer.text
    assert [shown(person) for person in flood] == [3, 3, 3]
    assert not Measure.objects.in_force().exists()
    assert restore not in page.get(address).text
    check_thread_counts()


def test_what_waits_is_hidden_with_the_rest(flood, lucie, spaces, viewer_of):
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    held = start_thread(flood[0], spaces["public"]).posts.get()
    assert actions.hide_recent_posts(flood[0], viewer_of(lucie), "Une réclame.") == 4

    held.refresh_from_db()
    assert held.held_at is None and held.hidden_at
    check_thread_counts()


def test_the_form_says_what_is_missing_and_keeps_the_rest(flood, lucie, sent, browser_of):
    address = reverse("recent-posts", args=[flood[0].pk])
    answer = browser_of(lucie).post(address, sent | {"reason": ""})

    assert answer.status_code == 422 and sent["facts"] in answer.text
    assert shown(flood[0]) == 3


def test_only_animators_do_and_not_to_themselves(flood, claire, lucie, viewer_of, browser_of):
    address = reverse("recent-posts", args=[flood[0].pk])
    assert browser_of(claire).get(address).status_code == 404
    assert address not in browser_of(claire).get(flood[0].get_absolute_url()).text
    with pytest.raises(Refused):
        actions.hide_recent_posts(flood[0], viewer_of(claire), "Non.")
    with pytest.raises(Refused):
        actions.hide_recent_posts(lucie, viewer_of(lucie), "Non.")


def test_what_the_animator_does_not_read_stays(jeanne, lucie, spaces, viewer_of):
    start_thread(jeanne, spaces["porteurs-de-projet"])

    assert actions.hide_recent_posts(jeanne, viewer_of(lucie), "Une réclame.") == 0


def test_it_answers_the_report_that_it_comes_from_once(flood, claire, lucie, viewer_of):
    about = reported(viewer_of(claire), flood[1].posts.first().get_absolute_url())
    count = actions.hide_recent_posts(
        flood[1], viewer_of(lucie), "Une réclame.", report_id=about.pk, with_others=True
    )

    about.refresh_from_db()
    assert count == 9 and about.status == ReportStatus.UPHELD
    assert about.measure.person == flood[1]
    assert Measure.objects.filter(report_id=about.pk).count() == 9


def test_whose_seat_was_refused_there_long_ago_is_none_of_them(flood, claire, lucie, viewer_of):
    town = flood[0].seats.get().organisation
    seat = create_seat(claire, AUTHORITIES, organisation=town, confirmed=False)
    Seat.objects.filter(pk=seat.pk).update(refused_at=timezone.now())
    actions.hide_recent_posts(flood[0], viewer_of(lucie), "Une réclame.", with_others=True)

    assert shown(claire) == 1


def test_an_animator_shows_all_again_but_what_is_theirs(flood, lucie, make_person, viewer_of):
    anne = make_person("Anne Animatrice", AUTHORITIES, is_animator=True)
    town = flood[0].seats.get().organisation
    create_seat(anne, AUTHORITIES, organisation=town, confirmed=False)
    own = post_reply(anne, flood[0].posts.first().thread)
    actions.hide_recent_posts(flood[0], viewer_of(lucie), "Une réclame.", with_others=True)
    measure = Measure.objects.filter(person=flood[0]).first()

    assert actions.restore_together(measure, viewer_of(anne), "Une erreur.") == 9
    own.refresh_from_db()
    assert own.hidden_at
