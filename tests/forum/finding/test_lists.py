"""Lists: what they hold, in what order, and that an open one becomes what a reload shows."""

from copy import deepcopy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from accounts.base.pagination import AskedPage, NumberedPage, TwoStepPage, elided_page_numbers
from forum.conversation.questions import actions as questions
from forum.conversation.threads.edits.actions import delete_post, edit_thread
from forum.finding.lists import rows as list_rows
from forum.finding.lists.changes import list_changes_since, parse_known
from forum.finding.lists.listing import Listing
from forum.finding.lists.rows import thread_ids
from forum.models import Space, Thread, Topic
from forum.moderation import actions as moderation
from tests.clients import client_of_session
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.plans import keep_only_index
from tests.page_elements import elements
from tests.scenes import open_scene
from tests.stateful import seeds

pytestmark = pytest.mark.usefixtures("cast_scene")

LISTS = ["", "vue=sans-reponse", "sujet=bois-energie", "espace=reseau", "mot=bois"]


#: Who looks at them, and who in the deep tier besides.
QUICK_ROLES, OTHER_ROLES = ("guest", "authorities"), ("registered", "support", "animator")


def open_lists(cast):
    """Two threads, and every list as people of each role have it open."""
    thread = start_thread(cast.people.authorities, cast.spaces["network"])
    wind = start_thread(
        cast.people.projects, cast.spaces["public"], topic=Topic.objects.get(slug="eolien"),
        kind="experience", tags=["éolien"], title="Dix-huit mois de parc éolien citoyen",
    )  # fmt: skip
    shown = {}
    for role in QUICK_ROLES + OTHER_ROLES:
        person = getattr(cast.people, role)
        client = client_of_session(person and cast.sessions[person.pk])
        shown |= {(role, query): load(client, query) for query in LISTS}
    return SimpleNamespace(thread=thread, wind=wind, shown=shown)


@pytest.fixture(scope="module")
def _opened(cast_scene, django_db_blocker):
    with open_scene(django_db_blocker, open_lists, cast_scene) as made:
        yield made


@pytest.fixture
def opened(_opened, db):
    """The threads and the lists, made once for all tests here."""
    return deepcopy(_opened)


@pytest.fixture
def thread(opened):
    """Claire's question to the whole network."""
    return opened.thread


@pytest.fixture
def wind(opened):
    """A public experience about wind, of Jeanne's."""
    return opened.wind


CHANGES = {
    "a new thread": lambda s: start_thread(
        s["jeanne"], s["spaces"]["network"], title="Du nouveau"
    ),
    "a new thread elsewhere": lambda s: start_thread(s["sylvie"], s["spaces"][SUPPORT]),
    "a reply": lambda s: post_reply(s["jeanne"], s["thread"]),
    "a new title": lambda s: edit_thread(
        s["thread"], s["claire"], title="Un autre titre", topic=s["thread"].topic,
        kind="question", tags=["bois"],
    ),
    "another topic and no tag": lambda s: edit_thread(
        s["thread"], s["claire"], title="Un autre titre", kind="question", tags=[],
        topic=Topic.objects.get(slug="eolien"),
    ),
    "solved": lambda s: questions.accept_answer(
        post_reply(s["jeanne"], s["thread"]), s["claire"]
    ),
    "locked": lambda s: moderation.lock_thread(s["thread"], s["lucie"], True),
    "pinned": lambda s: moderation.pin_thread(s["wind"], s["lucie"], True),
    "moved to a room": lambda s: move_thread(
        s["thread"], s["lucie"], s["spaces"][SUPPORT]
    ),
    "moved to the square": lambda s: move_thread(
        s["thread"], s["lucie"], s["spaces"]["public"]
    ),
    "taken back": lambda s: delete_post(s["thread"].posts.first(), s["claire"]),
}  # fmt: skip


@pytest.mark.parametrize("roles", seeds(QUICK_ROLES, OTHER_ROLES))
@pytest.mark.parametrize("change", CHANGES)
def test_an_open_list_becomes_what_a_reload_shows_for_every_kind_of_viewer(
    change, roles, opened, people, spaces, thread, wind, viewer_of, browser_of
):
    scene = {
        "jeanne": people.projects, "sylvie": people.support, "thread": thread, "wind": wind,
        "spaces": spaces, "claire": viewer_of(people.authorities),
        "lucie": viewer_of(people.animator),
    }  # fmt: skip
    clients = {role: browser_of(getattr(people, role)) for role in roles}

    CHANGES[change](scene)

    for (role, query), (rows, known) in opened.shown.items():
        if role not in roles:
            continue
        listing = Listing.from_query(QueryDict(query))
        news = list_changes_since(viewer_of(getattr(people, role)), listing, known)
        now = rows | news.elements
        caught_up = {f"thread-{pk}": now[f"thread-{pk}"] for pk in news.order}
        reloaded, _known = load(clients[role], query)
        assert caught_up == reloaded, (role, query)
        assert list(caught_up) == list(reloaded)
        assert {k for k, html in now.items() if html} == set(caught_up)


def load(client, query):
    """The rows of a list as a page shows them, and what that page knows."""
    page = client.get(f"/?{query}")
    rows = elements(page.content.decode())
    return rows, {row.pk: row.seq for row in page.context["page"].rows}


def test_pinned_threads_come_first_then_the_newest_activity(thread, wind, jeanne, viewer_of):
    old = start_thread(jeanne, thread.space, title="Un vieux fil qui reste en tête")
    past = timezone.now() - timedelta(days=30)
    Thread.objects.filter(pk=old.pk).update(last_posted_at=past, is_pinned=True)
    post_reply(jeanne, thread)

    order = thread_ids(viewer_of(jeanne), Listing(), 0, 9)

    assert order == [old.pk, thread.pk, wind.pk]


def test_deep_pages_of_everything_go_on_where_others_end(
    thread, claire, spaces, viewer_of, monkeypatch
):
    """For who reads one space only, they are found in its own index."""
    for title in ("Public un", "Public deux"):
        start_thread(claire, spaces["public"], title=title)
    found = {
        person: thread_ids(viewer_of(person), Listing(), 0, 9) for person in (None, claire)
    }
    assert [len(pks) for pks in found.values()] == [3, 4]
    monkeypatch.setattr(list_rows, "_DEEP", 0)
    for person, pks in found.items():
        assert thread_ids(viewer_of(person), Listing(), 0, 9) == pks
        assert thread_ids(viewer_of(person), Listing(), 1, 9) == pks[1:]

    other = Space.objects.create(slug="autre-place", name="Autre place", audience="public")
    newest = start_thread(claire, other, title="Public trois")
    for person, pks in found.items():
        assert thread_ids(viewer_of(person), Listing(), 0, 9) == [newest.pk, *pks]


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("vue=sans-reponse", ["thread"]),
        ("vue=experiences", ["wind"]),
        ("vue=resolus", []),
        ("nature=experience", ["wind"]),
        ("vue=experiences&nature=experience", ["wind"]),
        ("vue=sans-reponse&nature=question", ["thread"]),
        ("vue=experiences&nature=question", []),
        ("vue=sans-reponse&nature=experience", []),
        ("sujet=eolien&nature=experience", ["wind"]),
        ("sujet=eolien&nature=question", []),
        ("mot=eolien", ["wind"]),
        ("espace=reseau", ["thread"]),
        ("sujet=eolien", ["wind"]),
        ("vue=forgée&nature=forgée", ["wind", "thread"]),
        ("sujet=inconnu", []),
    ],
)
def test_filters_keep_what_they_say(query, held, thread, wind, jeanne, viewer_of):
    found = thread_ids(viewer_of(jeanne), Listing.from_query(QueryDict(query)), 0, 9)

    assert found == [{"thread": thread, "wind": wind}[n].pk for n in held]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("sujet=eolien", "thread_by_topic"),
        ("sujet=eolien&vue=experiences", "thread_by_topic"),
        ("sujet=eolien&nature=discussion", "thread_by_topic"),
        ("nature=discussion", "thread_by_kind"),
        ("nature=discussion&espace=reseau", "thread_by_kind"),
    ],
)
def test_a_page_of_what_is_filtered_reads_an_index_alone(
    query, index, thread, jeanne, viewer_of
):
    found = Listing.from_query(QueryDict(query)).visible_ids(viewer_of(jeanne), True)
    keep_only_index("forum_thread", index)
    plan = found[:20].explain()

    assert f"Index Only Scan using {index}" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "query",
    ["", "page=3", "sujet=eolien", "sujet=eolien&vue=resolus&page=2", "espace=reseau&mot=bois"],
)
def test_the_address_of_a_listing_leads_back_to_it(query):
    listing = Listing.from_query(QueryDict(query))

    assert Listing.from_query(QueryDict(listing.query())) == listing
    path, _, rest = listing.url(page=listing.page).partition("?")
    named = dict(zip(["", "sujets", "espaces", "mots"], ["", "topic", "space", "tag"],
                     strict=True))  # fmt: skip
    part = path.strip("/").split("/")
    fixed = {named[part[0]]: part[1]} if part[0] else {}
    assert Listing.from_query(QueryDict(rest), **fixed) == listing


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("7:41,9:12", {7: 41, 9: 12}),
        ("", {}),
        ("abc,7:x,:3,8,9:1", {9: 1}),
        ("²:1,-3:4", {}),
        (",".join(f"{n}:1" for n in range(900)), None),
    ],
)
def test_what_a_page_says_it_knows_is_read_with_care(text, known):
    read = parse_known(text)

    assert read == known if known is not None else len(read) <= 50


@pytest.mark.parametrize(
    ("number", "last", "offered"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (6, 20, [1, None, 5, 6, 7, None, 20]),
        (3, 5, [1, 2, 3, 4, 5]),
        (20, 20, [1, None, 19, 20]),
    ],
)
def test_page_numbers_offered(number, last, offered):
    assert elided_page_numbers(number, last) == offered


def asked_page(rows, number, size):
    """A page of the same by two questions."""
    pks = rows.values_list("pk", flat=True)
    return AskedPage(
        lambda start, limit: pks[start : start + limit],
        lambda some: rows.filter(pk__in=some),
        number,
        size,
    )


@pytest.mark.parametrize(
    ("rows", "number", "last"),
    [(0, 1, 1), (20, 1, 1), (21, 1, 2), (45, 2, 3), (300, 1, 6), (20, 9, 9)],
)
def test_pages_are_counted_a_few_ahead_only(rows, number, last, topics):
    Topic.objects.bulk_create(
        Topic(slug=f"sujet-{n}", name=f"Sujet {n}") for n in range(rows - 2)
    )
    queryset = Topic.objects.order_by("pk")
    if rows == 0:
        queryset = queryset.none()

    assert NumberedPage(queryset, number).last == last
    assert asked_page(queryset, number, 20).last == last


@pytest.mark.parametrize("page_class", [NumberedPage, TwoStepPage, asked_page])
def test_a_page_that_has_emptied_may_give_way_to_the_first(page_class, topics):
    pks = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    emptied = page_class(Topic.objects.order_by("pk"), 2, size=len(pks))

    assert emptied.rows == []
    assert [topic.pk for topic in emptied.or_first().rows] == pks


def test_a_row_is_called_public_to_who_reads_more_than_that(people, spaces, browser_of):
    start_thread(people.authorities, spaces["public"], title="Au grand jour")

    def row(person):
        return (
            browser_of(person).get("/").text.partition('id="threads"')[2].partition("</ul>")[0]
        )

    assert "Public" in row(people.authorities)
    assert "Au grand jour" in row(None) and "Public" not in row(None)
