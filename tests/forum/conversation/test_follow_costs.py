"""What following costs, and that readers and writers at once do not wait for each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.follows.actions import mark_all_read, mark_read
from forum.conversation.follows.queries import threads_with_news
from forum.conversation.follows.unread import unread_count, unread_counts
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.queries import _thread_news
from forum.models import Follow, Thread
from tests.factories import (
    PROJECTS,
    join_group,
    post_reply,
    start_thread,
)
from tests.forum.conversation.follow_helpers import FOLLOWS
from tests.forum.test_query_counts import Counted, fill


def follows_of(person, thread, number):
    """``person`` follows ``number`` more threads like ``thread``, with a reply in each."""
    before = set(Thread.objects.values_list("pk", flat=True))
    fill(thread, threads=number)
    made = Thread.objects.exclude(pk__in=before)
    Follow.objects.bulk_create(Follow(person=person, thread=one) for one in made)


def cost(work):
    with Counted() as counted:
        work()
    return counted.number


@pytest.mark.deep
@pytest.mark.postgresql
def test_a_badge_the_inbox_and_my_follows_cost_the_same_with_few_threads_and_with_many(
    thread, claire, jeanne, viewer_of, browser_of
):
    post_reply(jeanne, thread)
    viewer, client, costs = viewer_of(claire), browser_of(claire), []
    inbox = reverse("inbox")
    pages = [FOLLOWS, inbox, f"{inbox}?voir=tout"]
    for page in pages:
        client.get(page)
    for number in (1, 1998):
        follows_of(claire, thread, number)
        costs.append([
            cost(lambda: unread_count(viewer)),
            *(cost(lambda page=page: client.get(page)) for page in pages),
        ])  # fmt: skip

    assert costs[0] == costs[1]
    badge, follows, whole, threads = costs[0]
    assert badge == 1 and follows <= 9 and whole <= 12 and threads <= 9


def threads_read(work):
    """How many rows of threads PostgreSQL goes through for the queries of ``work``."""

    def rows_of(node):
        inner = sum(rows_of(one) for one in node.get("Plans", ()))
        if node.get("Relation Name") != "forum_thread":
            return inner
        found = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        return inner + found * node["Actual Loops"]

    with CaptureQueriesContext(connection) as captured:
        work()
    read = 0
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            read += rows_of(cursor.fetchone()[0][0]["Plan"])
    return read


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it is about PostgreSQL's plans")
def test_news_are_looked_for_in_no_threads_but_those_that_one_follows(
    thread, claire, jeanne, viewer_of
):
    post_reply(jeanne, thread)
    save_mail_setting(claire.pk, channel="digest")
    follows_of(claire, thread, 1_000)
    fill(thread, threads=5_000)
    viewer = viewer_of(claire)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def news_of_digest(viewer):
        return _thread_news(viewer, timezone.now(), [])

    for find in (unread_count, threads_with_news, news_of_digest):
        find(viewer)
        assert 0 < threads_read(lambda find=find: find(viewer)) <= 1_100, find.__name__


def test_a_reply_costs_the_same_with_no_follower_and_with_many(
    thread, claire, jeanne, lucie, make_person
):
    post_reply(jeanne, thread)
    Follow.objects.exclude(person=jeanne).delete()
    alone = cost(lambda: post_reply(jeanne, thread, "Pour personne."))
    people = [make_person(f"Membre {n}") for n in range(60)]
    Follow.objects.bulk_create(Follow(person=one, thread=thread) for one in people)

    assert cost(lambda: post_reply(jeanne, thread, "Pour soixante.")) == alone


def test_reading_and_telling_cost_the_same_for_one_and_for_many(
    thread, jeanne, make_person, viewer_of
):
    people = [make_person(f"Membre {n}", PROJECTS) for n in range(40)]
    Follow.objects.bulk_create(Follow(person=one, thread=thread) for one in people)
    viewers = [viewer_of(one) for one in people]
    post_reply(jeanne, thread)

    assert cost(lambda: unread_counts(viewers[:1])) == cost(lambda: unread_counts(viewers)) == 1
    assert cost(lambda: mark_read(thread.pk, {people[0].pk: 1})) == 2
    assert cost(lambda: mark_read(thread.pk, {one.pk: 1 for one in people[1:]})) == 2
    assert cost(lambda: mark_read(thread.pk, {one.pk: 1 for one in people})) == 1


def test_a_page_that_shows_nothing_new_writes_nothing(thread, claire, browser_of):
    client, address = browser_of(claire), thread.get_absolute_url()
    client.get(address)

    with Counted() as counted:
        client.get(address)

    assert not [q for q in counted.captured_queries if not q["sql"].startswith("SELECT")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_readers_and_writers_at_once_neither_wait_for_ever_nor_go_backwards(
    claire, spaces, make_person
):
    threads = [start_thread(claire, spaces["network"]) for _ in range(3)]
    people = [make_person(f"Membre {n}", PROJECTS) for n in range(8)]
    join_group(people[0])
    Follow.objects.bulk_create(
        Follow(person=one, thread=thread) for one in people for thread in threads
    )

    def work(n):
        try:
            thread = threads[n % 3]
            if n % 4 == 0:
                post_reply(people[n % 8], thread, f"Réponse {n}")
            elif n % 4 == 1:
                mark_all_read(viewer_of_person(people[n % 8]), timezone.now())
            else:
                mark_read(thread.pk, {one.pk: n // 4 for one in people[:: 1 if n % 2 else -1]})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(240)))

    for thread in threads:
        written = Thread.objects.get(pk=thread.pk)
        for follow in thread.follows.exclude(person=claire):
            own = thread.posts.filter(author=follow.person_id).order_by("number").last()
            assert (own.number if own else 0) <= follow.last_read_number <= written.post_count
