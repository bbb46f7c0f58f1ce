"""A followed search tells of nothing that its person may not read, and of all they may."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index.engines import IsFound, get_engine
from forum.base.search_index.models import PostDocument
from forum.base.search_index.queries import served_versions
from forum.base.search_index.reindexing.actions import threads_indexed
from forum.finding.saved_searches.actions import follow_search
from forum.finding.saved_searches.matching.actions import match_next_events
from forum.finding.saved_searches.matching.documents import PostWords
from forum.finding.saved_searches.models import FoundPost, SavedSearch
from forum.finding.search.search_query import SearchQuery
from forum.models import Post, Thread
from forum.moderation import actions as moderation
from tests import factories
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, post_reply, start_thread
from tests.forum.finding.saved_search_helpers import (
    follow,
    look_for_news,
    news,
    plain,
    threads_shown,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
TITLE = "Chaudière à bois du canari"


@pytest.fixture
def browser(claire, browser_of, spaces):
    """Claire's, who follows *chaudière bois*."""
    browser = browser_of(claire)
    follow(browser, "chaudière bois")
    return browser


def everything(browser):
    """All that pages say to who follows."""
    address = SavedSearch.objects.first().get_absolute_url()
    pages = reverse("saved-searches"), reverse("inbox"), address
    return " ".join(plain(browser.get(page)) for page in pages)


def test_what_one_may_not_read_is_neither_counted_nor_shown(browser, claire, jeanne, spaces):
    start_thread(jeanne, spaces[PROJECTS], title=TITLE)
    look_for_news()
    assert news(browser) == 0
    said = everything(browser)
    assert TITLE not in said and "du nouveau dans" not in said


def test_each_role_is_told_of_what_it_reads_and_of_nothing_else(people, lucie, spaces):
    list(threads_indexed())
    roles = {name: one for name, one in vars(people).items() if one}
    for person in roles.values():
        if viewer_of_person(person).is_registered:
            follow_search("canari", viewer_of_person(person))
    writers = {"public": "support", "network": "support", "group": "group"}
    writers |= {AUTHORITIES: "authorities", PROJECTS: "projects", SUPPORT: "support"}
    for space, writer in writers.items():
        start_thread(roles[writer], spaces[space], title=f"Un canari dans {space}")
    look_for_news()

    for name, person in roles.items():
        viewer = viewer_of_person(person)
        read = Thread.objects.visible_to(viewer).exclude(author=person)
        rows = FoundPost.objects.filter(saved_search__person=person)
        found = set(rows.values_list("post__thread", flat=True))
        expected = set(read.values_list("pk", flat=True)) if viewer.is_registered else set()
        assert found == expected, name


def test_a_thread_that_leaves_ones_sight_is_gone_from_count_and_list_at_once(
    browser, claire, jeanne, lucie, spaces, viewer_of
):
    thread = start_thread(jeanne, spaces["network"], title=TITLE)
    look_for_news()
    assert news(browser) == 1
    factories.move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    assert news(browser) == 0
    assert "a trouvé du nouveau" not in everything(browser)
    assert threads_shown(browser, claire) == []


def test_a_post_that_is_hidden_is_gone_at_once_and_back_when_it_is_restored(
    browser, claire, jeanne, lucie, spaces, viewer_of
):
    thread = start_thread(lucie, spaces["network"], title="Chauffer l’école ?", tags=[])
    post_reply(jeanne, thread, "Une chaudière à bois.")
    look_for_news()
    assert news(browser) == 1
    post = Post.objects.latest("pk")
    moderation.hide_post(post, viewer_of(lucie), "Hors sujet.")
    assert news(browser) == 0
    look_for_news()
    assert threads_shown(browser, claire) == []
    moderation.restore_post(post, viewer_of(lucie))
    look_for_news()
    assert news(browser) == 1
    assert threads_shown(browser, claire) == [thread.pk]


def test_rights_that_end_take_what_was_found_along(browser, claire, jeanne, spaces):
    start_thread(jeanne, spaces["network"], title=TITLE)
    look_for_news()
    assert news(browser) == 1
    claire.seats.update(ended_at=timezone.now() - timedelta(minutes=1))
    assert TITLE not in everything(browser)
    assert threads_shown(browser, claire) == []


def test_a_thread_that_comes_into_ones_sight_is_news(
    browser, claire, jeanne, lucie, spaces, viewer_of
):
    thread = start_thread(lucie, spaces[SUPPORT], title=TITLE)
    look_for_news()
    assert news(browser) == 0
    factories.move_thread(thread, viewer_of(lucie), spaces["network"])
    look_for_news()
    assert news(browser) == 1


def test_who_is_suspended_is_told_of_nothing_and_what_they_follow_stays(
    browser, claire, jeanne, spaces
):
    claire.suspended_at = timezone.now()
    claire.save()
    start_thread(jeanne, spaces["network"], title=TITLE)
    look_for_news()
    assert not FoundPost.objects.exists()
    assert SavedSearch.objects.get().person == claire


def test_the_same_search_of_many_costs_a_step_no_more(claire, jeanne, make_person, spaces):
    def cost():
        start_thread(jeanne, spaces["network"], title=TITLE)
        with CaptureQueriesContext(connection) as captured:
            match_next_events(timezone.now() + timedelta(seconds=1))
        return len(captured)

    look_for_news()
    follow_search("chaudière mot:bois", viewer_of_person(claire))
    look_for_news()
    few = cost()
    for n in range(8):
        person = make_person(f"Membre {n}", AUTHORITIES)
        follow_search("chaudière mot:bois", viewer_of_person(person))
        follow_search(f"introuvable{n}", viewer_of_person(person))
    assert cost() == few
    assert FoundPost.objects.count() == 1 + 9


def test_pages_cost_the_same_whatever_was_found(browser, claire, jeanne, spaces):
    def cost(address):
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        return len(captured)

    addresses = [reverse("saved-searches"), SavedSearch.objects.get().get_absolute_url(), "/"]
    start_thread(jeanne, spaces["network"], title=TITLE)
    look_for_news()
    few = [cost(address) for address in addresses]
    for n in range(9):
        start_thread(jeanne, spaces["network"], title=f"{TITLE} {n}")
    look_for_news()
    assert [cost(address) for address in addresses] == few


WORDS = [
    "bois", "chaudières", "chauffage", "réseau", "énergie", "école", "plaquettes", "œuvre",
    "PCAET", "100", "l’eau",
]  # fmt: skip
QUERIES = [
    "bois", "chaudiere ecole", '"réseau bois"', "bois -école", "chauff*", "bois-énergie",
    '"chauffage réseau"', '"4 réseau"', "oeuvre", "pcaet 100", '"école bois*"',
    "eau -chaudière",
]  # fmt: skip


@pytest.mark.deep
def test_words_are_found_in_memory_as_the_database_finds_them(claire, spaces):
    draw = random.Random(7)
    for n in range(40):
        words = draw.choices(WORDS, k=6)
        start_thread(
            claire,
            spaces["network"],
            title=f"Fil {n}",
            text=" ".join(words),
            tags=["réseau"][n % 2 :],
        )
    documents = list(PostDocument.objects.all())
    table = PostDocument._meta.db_table
    for query in QUERIES:
        expression = SearchQuery.from_params({"q": query}).expression
        asked = get_engine().query(table, expression, served_versions(), [spaces["network"].pk])
        found = PostDocument.objects.filter(IsFound(asked))
        by_engine = set(found.values_list("post", flat=True))
        in_memory = {
            it.post_id for it in documents if PostWords(it, is_reply=False).has(expression)
        }
        assert in_memory == by_engine, query
        assert by_engine, query
