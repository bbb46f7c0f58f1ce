"""Many writers on one thread at once, on a real server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag

import pytest
from django.db import connection, connections

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.threads.changes import thread_changes_since
from forum.models import Post, Thread
from tests.factories import PROJECTS, post_reply, start_thread

WRITERS, REPLIES = 16, 500


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_sixteen_writers_leave_no_gap_and_a_follower_sees_each_reply_once_in_order(
    claire, spaces, make_person
):
    thread = start_thread(claire, spaces["network"])
    authors = [make_person(f"Auteur {n}", PROJECTS) for n in range(WRITERS)]
    done, viewer = Flag(), viewer_of_person(claire)

    def write(n):
        try:
            post_reply(authors[n % WRITERS], thread, f"Réponse {n}")
        finally:
            connections.close_all()

    def follow():
        seen, numbers = 1, []
        while True:
            finished = done.is_set()
            news = thread_changes_since(viewer, thread.pk, seen)
            numbers += [int(name[5:]) for name in news.elements if name[:5] == "post-"]
            seen = news.seq
            if finished:
                connections.close_all()
                return seen, numbers

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        follower = pool.submit(follow)
        written = list(pool.map(write, range(REPLIES)))
        done.set()
        seen, numbers = follower.result()

    assert len(written) == REPLIES and seen == REPLIES + 1
    assert numbers == list(range(2, REPLIES + 2))
    stored = Post.objects.filter(thread=thread).values_list("number", flat=True)
    assert sorted(stored) == list(range(1, REPLIES + 2))
    fresh = Thread.objects.get(pk=thread.pk)
    assert fresh.seq == fresh.post_count == REPLIES + 1
    assert list(thread.events.values_list("seq", flat=True)) == list(range(1, REPLIES + 2))
