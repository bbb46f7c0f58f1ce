"""A topic's page and a space's tell how much is written there and how soon one is answered."""

import re
from datetime import timedelta
from statistics import median

import pytest
from django.utils import timezone

from accounts.viewers.viewers import GUEST
from forum.conversation.threads.edits.actions import delete_post, edit_thread
from forum.finding.statistics.models import monday_of, week_of
from forum.finding.statistics.queries import (
    MIN_QUESTIONS,
    WEEKS,
    YEAR,
    Activity,
    WeekFigures,
    statistics_of,
)
from forum.models import Post, Thread, ThreadKind, Topic
from forum.moderation import actions as moderation
from tests.factories import AUTHORITIES, move_thread, post_reply, start_thread
from tests.forum.thread_invariants import check_statistics

pytestmark = pytest.mark.django_db
TOPIC = "bois-energie"


def ask(person, space, *, answered_by=None, hours=None, days_ago=30):
    """A question of ``days_ago``, answered after so many ``hours``, if ever."""
    thread = start_thread(person, space, topic=Topic.objects.get(slug=TOPIC))
    asked_at = timezone.now() - timedelta(days=days_ago)
    Thread.objects.filter(pk=thread.pk).update(created_at=asked_at)
    thread.posts.update(created_at=asked_at)
    if hours is not None:
        reply = post_reply(answered_by, thread)
        Post.objects.filter(pk=reply.pk).update(created_at=asked_at + timedelta(hours=hours))
    return thread


def figures(viewer, **subject):
    found = statistics_of(viewer, **(subject or {"topic": TOPIC}))
    return found and found.answers


def posts_a_week(viewer, **subject):
    found = statistics_of(viewer, **(subject or {"topic": TOPIC}))
    return [week.count for week in found.activity.weeks] if found and found.activity else []


def test_weeks_begin_on_monday():
    today = timezone.now().date()
    assert monday_of(week_of(today)).weekday() == 0
    assert timedelta() <= today - monday_of(week_of(today)) < timedelta(days=7)


def test_the_last_twelve_weeks_are_told_oldest_first(claire, jeanne, spaces, viewer_of):
    for weeks in 0, 1, 1, 11, 12:
        ask(claire, spaces["network"], days_ago=7 * weeks)

    counts = posts_a_week(viewer_of(jeanne))
    assert counts == [1, *[0] * 9, 2, 1] and len(counts) == WEEKS
    assert counts == posts_a_week(viewer_of(jeanne), space=spaces["network"].slug)
    check_statistics()


@pytest.mark.parametrize("delays", [[], [3], [5, 1], [9, 1, 4], [2, 50, 8, 30]])
def test_the_median_is_that_of_the_questions_that_were_answered(
    delays, claire, jeanne, spaces, viewer_of
):
    for hours in [*delays, *[None] * MIN_QUESTIONS]:
        ask(claire, spaces["network"], answered_by=jeanne, hours=hours)

    found = figures(viewer_of(jeanne))
    assert (found.question_count, found.answered_count) == (len(delays) + 5, len(delays))
    if delays:
        assert found.hours == -(-median(delays) // 1)
    assert not found.has_median


def test_nothing_is_told_of_four_questions(claire, jeanne, spaces, viewer_of):
    for _n in range(MIN_QUESTIONS - 1):
        ask(claire, spaces["network"], answered_by=jeanne, hours=2)
    assert figures(viewer_of(jeanne)) is None

    ask(claire, spaces["network"], answered_by=jeanne, hours=2)
    assert figures(viewer_of(jeanne)).percentage == 100
    ask(claire, spaces["network"], days_ago=YEAR.days + 1)
    assert figures(viewer_of(jeanne)).question_count == MIN_QUESTIONS


def test_one_does_not_answer_oneself(claire, jeanne, spaces, viewer_of):
    for _n in range(MIN_QUESTIONS):
        post_reply(claire, ask(claire, spaces["network"]))
    assert figures(viewer_of(jeanne)).answered_count == 0
    check_statistics()


def test_everyone_is_told_of_what_they_see_alone(
    claire, jeanne, lucie, spaces, viewer_of, people
):
    for space in "public", "network", AUTHORITIES:
        for _n in range(MIN_QUESTIONS):
            ask(claire, spaces[space], answered_by=claire)
    for person in vars(people).values():
        viewer = viewer_of(person)
        seen = Post.objects.visible_to(viewer).filter(thread__topic__slug=TOPIC)
        questions = Thread.objects.visible_to(viewer).filter(topic__slug=TOPIC)
        found = figures(viewer)
        assert sum(posts_a_week(viewer)) == seen.count()
        assert (found.question_count if found else 0) == questions.count()
        hidden = statistics_of(viewer, space=spaces[AUTHORITIES].slug)
        assert bool(hidden) == spaces[AUTHORITIES].threads.visible_to(viewer).exists()


def test_what_is_hidden_deleted_or_moved_leaves_at_once(
    claire, jeanne, lucie, spaces, viewer_of
):
    threads = [ask(claire, spaces["network"], answered_by=jeanne, hours=3) for _n in range(7)]
    replies = [thread.posts.get(number=2) for thread in threads]
    unanswered = ask(claire, spaces["network"]).posts.get()
    assert figures(viewer_of(jeanne))[:2] == (8, 7)

    moderation.hide_post(replies[0], viewer_of(lucie), "Hors sujet")
    delete_post(replies[1], viewer_of(jeanne))
    move_thread(threads[2], viewer_of(lucie), spaces["public"])
    edit_thread(
        threads[3], viewer_of(claire), title="Une discussion", kind=ThreadKind.DISCUSSION,
        topic=Topic.objects.get(slug=TOPIC), tags=[],
    )  # fmt: skip
    moderation.hide_post(unanswered, viewer_of(lucie), "Hors sujet")
    assert Thread.objects.exclude(removed_at=None).count() == 1
    check_statistics()
    shown = Post.objects.visible_to(viewer_of(jeanne)).count()
    assert sum(posts_a_week(viewer_of(jeanne))) == shown
    assert figures(viewer_of(jeanne))[:2] == (6, 4)

    moderation.restore_post(replies[0], viewer_of(lucie))
    moderation.restore_post(unanswered, viewer_of(lucie))
    check_statistics()
    assert figures(viewer_of(jeanne))[:2] == (7, 5)


def test_what_changes_without_an_action_is_counted_too(claire, jeanne, lucie, spaces):
    thread = ask(claire, spaces["network"], answered_by=jeanne, hours=3)
    post_reply(lucie, thread)
    Post.objects.filter(number=2).update(seat=None)
    check_statistics()
    Post.objects.filter(number=2).update(author=claire)
    check_statistics()
    Thread.objects.update(author=lucie, seat=None)
    check_statistics()
    Post.objects.filter(number=2).update(held_at=timezone.now())
    check_statistics()
    Post.objects.filter(number=2).delete()
    check_statistics()
    Thread.objects.all().delete()
    check_statistics()
    assert statistics_of(GUEST, topic=TOPIC) is None


def card(client, address):
    """The card of figures on a page; nothing where there is none."""
    text = client.get(address).text
    found = re.search(r'<section class="card statistics".*?</section>', text, re.DOTALL)
    return found[0] if found else ""


def test_pages_of_topics_and_spaces_show_bars_and_the_figures_they_stand_for(
    claire, jeanne, spaces, browser_of
):
    for n in range(MIN_QUESTIONS + 1):
        ask(claire, spaces["network"], answered_by=jeanne, hours=n + 1, days_ago=7 * n + 1)
    for address in f"/sujets/{TOPIC}/", "/espaces/reseau/":
        shown = card(browser_of(jeanne), address)
        assert shown.count("<tr>") == 1 + WEEKS and "12 messages en douze semaines" in shown
        assert "<b>6 questions sur 6</b>" in shown and "moins de 4\u00a0heures" in shown
        assert "style=" not in shown and 'aria-hidden="true"' in shown
        chart, table = shown.index("<svg"), shown.index("</details>")
        assert len(shown[chart:table]) <= 1500
    assert card(browser_of(jeanne), f"/sujets/{TOPIC}/?vue=resolus") == ""
    assert card(browser_of(jeanne), "/") == card(browser_of(jeanne), "/mots/bois/") == ""
    assert card(browser_of(None), f"/sujets/{TOPIC}/") == ""


def test_figures_are_those_of_what_is_listed(claire, spaces, browser_of):
    start_thread(claire, spaces["network"])
    start_thread(claire, spaces["public"])
    client = browser_of(claire)

    assert "2 messages" in card(client, f"/sujets/{TOPIC}/")
    assert "1 message en" in card(client, f"/sujets/{TOPIC}/?espace=reseau")
    assert "1 message en" in card(browser_of(None), f"/sujets/{TOPIC}/")


def test_the_chart_says_nothing_where_nothing_was_written():
    weeks = tuple(WeekFigures(monday_of(n), count) for n, count in enumerate([0, 1, 100]))
    bars = Activity(weeks).bars
    assert bars.count("M") == 2 and "v-2h" in bars and "v-48h" in bars
