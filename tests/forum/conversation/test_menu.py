"""The menu shows the spaces and topics of today, though each process keeps them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, connections, transaction

from accounts.models import College
from accounts.viewers.viewers import GUEST
from forum.base.rules import Refused
from forum.conversation.follows.actions import follow_thread
from forum.conversation.menu.models import MenuVersion
from forum.conversation.menu.queries import site_menu
from forum.conversation.threads.models import PAGE_SIZE
from forum.models import Space, ThreadCount, Topic
from tests.factories import PROJECTS, move_thread, post_reply, start_thread
from tests.forum.thread_invariants import check_thread_counts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def menu(viewer_of, lucie):
    """The menu of an animator as it is now, by another reading each time."""
    return lambda: site_menu(viewer_of(lucie))


def counts(menu):
    return {topic.slug: topic.thread_count for topic in menu.topics if topic.thread_count}


def test_what_happens_to_a_space_shows_in_the_menu(menu, spaces, colleges):
    def names():
        return [space.name for space in menu().spaces]

    before = names()
    added = Space.objects.create(slug="neuf", name="Neuf", audience="network", order=99)
    assert names() == [*before, "Neuf"]
    Space.objects.filter(pk=added.pk).update(name="Ancien")
    assert names() == [*before, "Ancien"]
    Space.objects.filter(pk=added.pk).update(name_en="Old")
    assert [space.name_en for space in menu().spaces][-1] == "Old"
    Space.objects.exclude(pk=added.pk).update(order=100)
    assert names() == ["Ancien", *before]
    Space.objects.filter(pk=added.pk).update(audience="college", college=colleges[PROJECTS])
    assert names() == before
    Space.objects.filter(pk=added.pk).update(audience="public", college=None, slug="ancien")
    assert "/espaces/ancien/" in [space.get_absolute_url() for space in menu().spaces]
    added.delete()
    assert names() == before


def test_a_space_that_becomes_public_shows_in_the_menu_of_guests(spaces):
    def slugs():
        return {space.slug for space in site_menu(GUEST).spaces}

    assert spaces["network"].slug not in slugs()
    Space.objects.filter(pk=spaces["network"].pk).update(audience="public")
    assert spaces["network"].slug in slugs()


def test_what_happens_to_a_topic_shows_in_the_menu(menu):
    def found():
        return [(one.slug, one.name, one.name_en, one.icon) for one in menu().topics]

    before = found()
    topic = Topic.objects.create(slug="mer", name="Mer", order=99)
    assert found() == [*before, ("mer", "Mer", "", "")]
    for place, field in enumerate(("slug", "name", "name_en", "icon")):
        Topic.objects.filter(pk=topic.pk).update(**{field: f"new-{field}"})
        assert found()[-1][place] == f"new-{field}"
    assert found()[:-1] == before
    Topic.objects.filter(pk=topic.pk).update(order=0)
    assert found()[1:] == before
    topic.delete()
    assert found() == before


def test_a_college_that_is_renamed_or_repainted_shows_in_the_menu(menu, spaces):
    def of_colleges():
        found = (space.college for space in menu().spaces if space.college_id)
        return [(college.name, college.colour) for college in found]

    ((name, colour),) = of_colleges()
    (pk,) = {space.college_id for space in menu().spaces if space.college_id}
    College.objects.filter(pk=pk).update(colour="autre")
    assert of_colleges() == [(name, "autre")] != [(name, colour)]
    College.objects.filter(pk=pk).update(name="Un autre nom")
    assert of_colleges() == [("Un autre nom", "autre")]
    College.objects.filter(pk=pk).update(name_en="Another name")
    assert [one.college.name_en for one in menu().spaces if one.college_id] == ["Another name"]


def test_threads_that_open_move_and_go_are_counted(
    menu, claire, lucie, spaces, topics, viewer_of
):
    public, network = spaces["public"], spaces["network"]
    thread = start_thread(claire, public)
    assert counts(menu()) == counts(site_menu(GUEST)) == {topics[0].slug: 1}

    move_thread(thread, viewer_of(lucie), network)
    assert counts(menu()) == {topics[0].slug: 1}
    assert counts(site_menu(GUEST)) == {}

    ThreadCount.objects.all().delete()
    assert counts(menu()) == {}


def test_what_is_undone_is_not_shown_again(menu, topics):
    before = MenuVersion.objects.get().token
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Topic.objects.update(name="Un autre nom")
        assert {topic.name for topic in menu().topics} == {"Un autre nom"}
        _ = 1 / 0
    assert MenuVersion.objects.get().token == before
    assert {topic.name for topic in menu().topics} == {topic.name for topic in topics}


def test_spaces_and_topics_are_read_once_a_version(
    menu, claire, jeanne, spaces, topics, django_assert_num_queries
):
    menu()
    with django_assert_num_queries(4):  # Two of them for who lucie is.
        menu(), menu()

    thread = start_thread(claire, spaces["public"])
    post_reply(jeanne, thread)  # The first: animators are told of questions without any.
    menu()
    post_reply(jeanne, thread, "Une réponse ne change pas le menu.")
    with django_assert_num_queries(2):
        menu()


def test_before_any_space_the_menu_is_empty():
    Space.objects.all().delete()
    Topic.objects.all().delete()
    MenuVersion.objects.all().delete()

    menu = site_menu(GUEST)

    assert (menu.spaces, menu.topics, menu.waiting) == ([], [], 0)


def test_a_page_of_news_shows_the_badge_without_it(
    claire, jeanne, spaces, topics, browser_of, viewer_of
):
    thread = start_thread(claire, spaces["public"])
    other = start_thread(claire, spaces["public"])
    for one in (thread, other):
        follow_thread(one.pk, viewer_of(claire))
        for number in range(PAGE_SIZE):
            post_reply(jeanne, one, f"Réponse {number}")

    def unread(path):
        return browser_of(claire).get(path).context["menu"].unread

    assert unread("/charte/") == 2
    assert unread(thread.get_absolute_url()) == 2  # The last reply is on page 2.
    assert unread(thread.get_absolute_url() + "?page=2") == 1
    assert unread(thread.get_absolute_url()) == 1


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_posting_limits")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_threads_open_and_move_at_once_and_none_waits_for_another_for_ever(
    claire, jeanne, lucie, spaces, topics, viewer_of
):
    places = spaces["public"], spaces["network"]
    moving = [start_thread(claire, places[n % 2], topic=topics[n % 2]) for n in range(4)]
    animator = viewer_of(lucie)

    def work(n):
        try:
            if n % 2:
                start_thread(jeanne, places[n // 2 % 2], topic=topics[n // 4 % 2])
            else:
                thread = moving[n // 2 % 4]
                with suppress(Refused):  # Another has moved it there.
                    move_thread(thread, animator, places[n // 8 % 2])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(160)))

    check_thread_counts()
    assert sum(counts(site_menu(animator)).values()) == 84


def test_the_busiest_topics_are_shown_and_the_one_a_page_is_in_and_others_folded(
    claire, spaces, browser_of
):
    quiet = [Topic.objects.create(slug=f"calme-{n}", name=f"Calme {n}") for n in range(7)]
    for topic in Topic.objects.exclude(pk__in=[it.pk for it in quiet]):
        start_thread(claire, spaces["public"], topic=topic)

    def shown_and_folded(address):
        topics = browser_of(None).get(address).text.partition('id="menu-topics"')[2]
        return topics.partition("</nav>")[0].split("<details>")

    shown, folded = shown_and_folded("/")
    busy = Topic.objects.exclude(pk__in=[it.pk for it in quiet])
    assert all(topic.get_absolute_url() in shown for topic in busy)
    assert all(f"Calme {n}" in shown or f"Calme {n}" in folded for n in range(7))
    assert "Calme 6" in folded and "Calme 6" not in shown

    shown, folded = shown_and_folded(quiet[6].get_absolute_url())
    assert "Calme 6" in shown and "Calme 6" not in folded
