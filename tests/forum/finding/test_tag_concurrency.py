"""Tags that are merged, separated and deleted while others give them to threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.tags.models import MergedTagging
from forum.finding.tags.actions import delete_unused_tags
from forum.finding.tags.merges.actions import merge_tags, separate_tag
from forum.models import Tag, Tagging
from tests.factories import PROJECTS, start_thread
from tests.forum.thread_invariants import check_taggings

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_posting_limits"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]
WRITERS, THREADS = 6, 60


def closing(function):
    """``function``, which leaves no connection of its thread open."""

    def closed(*args):
        try:
            return function(*args)
        finally:
            connections.close_all()

    return closed


@pytest.mark.deep
@pytest.mark.postgresql
def test_no_thread_is_missed_by_a_merge_while_others_write_and_none_waits_for_ever(
    claire, lucie, spaces, make_person
):
    authors = [make_person(f"Auteur {n}", PROJECTS) for n in range(WRITERS)]
    start_thread(claire, spaces["network"], tags=["un"])
    start_thread(claire, spaces["network"], tags=["deux"], title="Un autre fil que voici")
    one, two = Tag.objects.get(slug="un"), Tag.objects.get(slug="deux")
    animator = viewer_of_person(lucie)

    def write(n):
        tags = [["un"], ["deux", "un"], ["un", f"seul-{n}"]][n % 3]
        about = {"tags": tags, "title": f"Le fil numéro {n}"}
        start_thread(authors[n % WRITERS], spaces["network"], **about)

    def animate():
        for _time in range(8):
            merge_tags(one, two, animator, "Le même.")
            delete_unused_tags()
            separate_tag(one, animator, "Non.")

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        animating = pool.submit(closing(animate))
        list(pool.map(closing(write), range(THREADS)))
        animating.result()

    check_taggings()
    assert not MergedTagging.objects.exists()
    assert Tagging.objects.filter(name__startswith="seul").count() == THREADS // 3
    merge_tags(one, two, animator, "Pour de bon.")
    assert not Tagging.objects.filter(tag=one).exists()


def test_a_thread_that_is_being_given_a_tag_is_moved_once_it_is_there(
    claire, lucie, spaces, make_person
):
    authors = [make_person(f"Auteur {n}", PROJECTS) for n in range(WRITERS)]
    start_thread(claire, spaces["network"], tags=["un", "deux"])
    one, two = Tag.objects.get(slug="un"), Tag.objects.get(slug="deux")

    def write(n):
        author = authors[n % WRITERS]
        start_thread(author, spaces["network"], tags=["UN"], title=f"Le fil numéro {n}")

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writing = [pool.submit(closing(write), n) for n in range(THREADS // 2)]
        merging = pool.submit(
            closing(merge_tags), one, two, viewer_of_person(lucie), "C’est le même."
        )
        writing += [pool.submit(closing(write), n) for n in range(THREADS // 2, THREADS)]
        for each in (*writing, merging):
            each.result()

    assert not Tagging.objects.filter(tag=one).exists()
    assert Tagging.objects.filter(tag=two).count() == THREADS + 1
