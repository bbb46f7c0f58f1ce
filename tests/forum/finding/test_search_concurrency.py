"""The index is made anew while threads are written, edited, moved, merged and deleted."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index.models import IndexVersion, PostDocument, ThreadDocument
from forum.base.search_index.reindexing import actions as reindexing
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.finding.tags.merges.actions import merge_tags, separate_tag
from forum.models import Post, Tag, Topic
from tests.factories import PROJECTS, move_thread, post_reply, start_thread
from tests.forum.finding.search_helpers import found, scanned
from tests.forum.finding.test_tag_concurrency import closing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_posting_limits"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]
WRITERS, THREADS = 5, 40
WORDS = "hydrolien", "barrage", "turbine", "alpha", "beta", "neuf"


@pytest.mark.deep
@pytest.mark.postgresql
def test_made_anew_twice_at_once_while_all_is_written_it_is_what_a_plain_scan_finds(
    claire, lucie, spaces, make_person
):
    authors = [make_person(f"Auteur {n}", PROJECTS) for n in range(WRITERS)]
    start_thread(claire, spaces["network"], tags=["alpha"])
    start_thread(claire, spaces["network"], tags=["beta"], title="Un autre fil que voici")
    alpha, beta = Tag.objects.get(slug="alpha"), Tag.objects.get(slug="beta")
    topic = Topic.objects.first()

    def write(n):
        author = authors[n % WRITERS]
        viewer = viewer_of_person(author)
        thread = start_thread(
            author,
            spaces["network"],
            title=f"Fil {n}",
            text=f"Un hydrolien {n}",
            tags=["alpha"],
        )
        reply = post_reply(author, thread, f"Un barrage {n}")
        edit_post(reply, viewer, f"Une turbine {n}", reply.version)
        about = {"topic": topic, "kind": "question", "tags": ["alpha", "beta"]}
        edit_thread(thread, viewer, title=f"Neuf {n}", **about)
        if n % 3 == 0:
            move_thread(thread, viewer_of_person(lucie), spaces["public"])
        if n % 4 == 0:
            delete_post(reply, viewer)

    def make_anew():
        for _time in range(4):
            reindexing.begin_again()
            while not reindexing.index_next_threads(7).is_last:
                reindexing.learn_next_words(20)

    def animate():
        for _time in range(3):
            merge_tags(alpha, beta, viewer_of_person(lucie), "Le même.")
            separate_tag(alpha, viewer_of_person(lucie), "Non.")

    with ThreadPoolExecutor(WRITERS + 3) as pool:
        beside = [pool.submit(closing(it)) for it in (make_anew, make_anew, animate)]
        list(pool.map(closing(write), range(THREADS)))
        for each in beside:
            each.result()

    viewer = viewer_of_person(claire)
    for word in WORDS:
        assert set(found(viewer, word)) == scanned(viewer, word), word
    posts = Post.objects.filter(deleted_at=None)
    assert PostDocument.objects.count() == posts.count()
    for model, path in (PostDocument, "thread__space"), (ThreadDocument, "thread__space"):
        rows = model.objects.values_list("space", path)
        assert all(copy == space for copy, space in rows)
    assert IndexVersion.objects.get().finished_at
