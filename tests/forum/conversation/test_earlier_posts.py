"""Nothing is published twice: the same words sent again lead to what stands."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.threads.edits.actions import delete_post
from forum.models import Follow, Post, Thread
from forum.moderation.actions import hide_post, lock_thread
from tests.factories import PROJECTS, move_thread, post_reply, start_thread

LONG = "Chez nous, la chaufferie est en régie depuis trois ans, sans regret."
TITLE = "Quelle chaufferie pour trois communes ?"


@pytest.fixture
def browser(claire, browser_of):
    return browser_of(claire)


@pytest.fixture
def reply_with(browser, thread):
    """Send a reply as a page that was fetched anew does: with a key of its own."""

    def reply_with(text=LONG, **options):
        sent = {"text": text, "idempotency_key": uuid4()}
        return browser.post(reverse("replies", args=[thread.pk]), sent, **options)

    return reply_with


@pytest.fixture
def start_with(browser, spaces, topics):
    def start_with(**fields):
        sent = {"kind": "question", "title": TITLE, "text": LONG, "topic": "bois-energie",
                "space": "reseau", "tags": "", "idempotency_key": uuid4()}  # fmt: skip
        return browser.post(reverse("new-thread"), sent | fields, follow=True)

    return start_with


def texts(thread):
    return list(thread.posts.filter(number__gt=1).values_list("text", flat=True))


def test_a_reply_sent_from_a_page_fetched_anew_stands_once_and_one_is_led_to_it(
    reply_with, browser, thread, claire
):
    first = reply_with()
    again = reply_with()
    assert texts(thread) == [LONG]
    assert again.status_code == 302 and again.url == first.url
    assert "était déjà" in browser.get(again.url.split("#")[0]).text
    thread.refresh_from_db()
    assert thread.post_count == 2 and thread.events.count() == 2


def test_the_first_time_nobody_is_told_that_it_was_published(reply_with, browser):
    assert "était déjà" not in browser.get(reply_with().url.split("#")[0]).text


def test_a_script_that_sends_it_again_is_told_where_it_stands(reply_with, thread):
    reply_with()
    answer = reply_with(headers={"X-Seen": "2"})
    assert answer.status_code == 201
    told = answer.json()
    assert told["number"] == 2 and "était déjà" in told["notice"]
    assert texts(thread) == [LONG]
    told = reply_with("Autre chose.", headers={"X-Seen": "2"}).json()
    assert "était déjà" not in told["notice"] and "Annuler l’envoi" in told["notice"]


def test_a_thread_sent_from_a_page_fetched_anew_is_started_once_and_one_is_led_to_it(
    start_with,
):
    first, again = start_with(), start_with(kind="discussion")
    thread = Thread.objects.get()
    assert again.redirect_chain[-1][0] == first.redirect_chain[-1][0]
    assert "était déjà" in again.text and "était déjà" not in first.text
    assert thread.kind == "question"


@pytest.mark.parametrize(
    "other",
    [{"space": "place-publique"}, {"title": f"{TITLE} Suite"}, {"text": f"{LONG} Suite."}],
)
def test_a_thread_for_others_or_with_other_words_is_another(start_with, other):
    start_with()
    assert "était déjà" not in start_with(**other).text
    assert Thread.objects.count() == 2


def test_the_same_words_are_another_post_for_someone_else_elsewhere_or_another_day(
    thread, claire, jeanne, spaces
):
    first = post_reply(claire, thread, LONG)
    other = start_thread(claire, spaces["network"])
    assert post_reply(jeanne, thread, LONG) != first
    assert post_reply(claire, other, LONG) != first
    Post.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=25))
    assert post_reply(claire, thread, LONG) != first


def test_a_short_word_may_be_said_again_once_others_have_written(thread, claire, jeanne):
    first = post_reply(claire, thread, "Merci !")
    assert post_reply(claire, thread, "Merci !") == first
    post_reply(jeanne, thread)
    assert post_reply(claire, thread, "Merci !") != first
    long = post_reply(claire, thread, LONG)
    post_reply(jeanne, thread)
    assert post_reply(claire, thread, LONG) == long


@pytest.mark.parametrize("fate", ["hidden", "deleted"])
def test_one_is_never_led_to_a_reply_that_stands_no_more(
    fate, reply_with, thread, claire, lucie
):
    reply_with()
    post = thread.posts.get(number=2)
    if fate == "hidden":
        hide_post(post, viewer_of_person(lucie), "Hors sujet")
    else:
        delete_post(post, viewer_of_person(claire))
    assert reply_with().url.endswith("#post-3")
    assert thread.posts.get(number=3).text == LONG


@pytest.mark.parametrize("fate", ["hidden", "deleted", "moved out of sight"])
def test_one_is_never_led_to_a_thread_that_stands_no_more_or_that_one_may_not_read(
    fate, start_with, claire, lucie, spaces
):
    start_with()
    thread = Thread.objects.get()
    if fate == "hidden":
        hide_post(thread.posts.get(), viewer_of_person(lucie), "Hors sujet")
    elif fate == "deleted":
        delete_post(thread.posts.get(), viewer_of_person(claire))
    else:
        Thread.objects.filter(pk=thread.pk).update(space=spaces[PROJECTS])
    again = start_with()
    assert again.status_code == 200 and "était déjà" not in again.text
    assert Thread.objects.latest("pk") != thread


def test_a_thread_moved_where_one_reads_it_is_not_what_one_sends_elsewhere(
    start_with, lucie, spaces
):
    start_with()
    thread = Thread.objects.get()
    move_thread(thread, viewer_of_person(lucie), spaces["public"])
    start_with()
    assert Thread.objects.count() == 2


def test_a_reply_sent_again_to_a_thread_that_was_closed_loses_nothing(
    reply_with, thread, lucie
):
    reply_with()
    lock_thread(thread, viewer_of_person(lucie), True)
    answer = reply_with()
    assert answer.status_code == 403 and LONG in answer.text
    assert texts(thread) == [LONG]


def test_sending_again_follows_and_counts_nothing_more(thread, claire):
    post = post_reply(claire, thread, LONG)
    follow = Follow.objects.get(person=claire, thread=thread)
    thread.refresh_from_db()
    before = thread.seq, thread.post_count, follow.last_read_number
    assert post_reply(claire, thread, LONG) == post
    thread.refresh_from_db()
    follow.refresh_from_db()
    assert (thread.seq, thread.post_count, follow.last_read_number) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.parametrize("what", ["reply", "thread"])
def test_the_same_words_sent_at_once_from_two_pages_stand_once(what, claire, spaces):
    thread, together = start_thread(claire, spaces["network"]), Barrier(4)

    def send(_number):
        try:
            together.wait()
            if what == "reply":
                return post_reply(claire, thread, LONG).pk
            return start_thread(claire, spaces["network"], title=TITLE, text=LONG).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert Post.objects.filter(text=LONG).count() == 1
