"""A tag's lists are read from its taggings, which tell what their threads tell."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from forum.conversation.questions import actions as questions
from forum.conversation.tags.actions import set_tags
from forum.conversation.threads.edits.actions import delete_post, edit_thread
from forum.finding.lists.listing import Listing
from forum.finding.lists.rows import thread_ids
from forum.models import Post, Tag, Tagging, Thread, Topic
from forum.moderation import actions as moderation
from tests.factories import move_thread, post_reply, start_thread
from tests.forum.plans import keep_only_index
from tests.forum.thread_invariants import check_accepted_answers, check_taggings

pytestmark = pytest.mark.django_db
LIST = "mot=bois&vue=sans-reponse", "mot=bois&vue=resolus", "mot=bois&sujet=bois-energie"
LISTS = (*LIST, "mot=bois", "mot=bois&nature=question", "mot=bois&espace=reseau", "mot=vent")


@pytest.fixture
def told(viewer_of, claire, lucie):
    """Whether a tag's lists hold what the threads say they do, for a member and a guest."""

    def check():
        check_taggings()
        check_accepted_answers()
        for query in LISTS:
            for viewer in viewer_of(claire), viewer_of(lucie), viewer_of(None):
                listing = Listing.from_query(QueryDict(query))
                threads = thread_ids(viewer, replace(listing, tag=""), 0, 100)
                bearing = Thread.objects.filter(tags__slug=listing.tag, pk__in=threads)
                bearing = set(bearing.values_list("pk", flat=True))
                held = [pk for pk in threads if pk in bearing]
                assert thread_ids(viewer, listing, 0, 100) == held, query

    return check


def held(viewer, query):
    return thread_ids(viewer, Listing.from_query(QueryDict(query)), 0, 100)


def test_a_tag_lists_what_waits_what_is_solved_and_what_is_newest(
    thread, claire, jeanne, viewer_of, told
):
    other = start_thread(claire, thread.space, title="Un autre fil sur le bois")
    assert held(viewer_of(claire), LIST[0]) == [other.pk, thread.pk]

    answer = post_reply(jeanne, thread)
    told()
    assert held(viewer_of(claire), LIST[0]) == [other.pk]
    assert held(viewer_of(claire), "mot=bois") == [thread.pk, other.pk]

    questions.accept_answer(answer, viewer_of(claire))
    told()
    assert held(viewer_of(claire), LIST[1]) == [thread.pk]
    assert held(viewer_of(claire), "vue=resolus&nature=question") == [thread.pk]
    assert held(viewer_of(claire), "vue=resolus&nature=discussion") == []

    questions.unaccept_answer(thread, viewer_of(claire))
    told()
    assert held(viewer_of(claire), LIST[1]) == []


def test_it_follows_a_thread_that_is_pinned_closed_moved_and_hidden(
    thread, claire, lucie, spaces, viewer_of, told
):
    other = start_thread(claire, thread.space, title="Un autre fil sur le bois")
    animator = viewer_of(lucie)
    moderation.pin_thread(thread, animator, True)
    told()
    assert held(viewer_of(claire), "mot=bois") == [thread.pk, other.pk]

    moderation.lock_thread(thread, animator, True)
    told()
    assert held(viewer_of(claire), LIST[0]) == [other.pk]

    move_thread(thread, animator, spaces["public"])
    told()
    assert held(viewer_of(None), "mot=bois") == [thread.pk]

    first = Post.objects.get(thread=thread)
    moderation.hide_post(first, animator, "Hors sujet")
    told()
    assert held(viewer_of(None), "mot=bois") == []

    moderation.restore_post(first, animator)
    told()
    delete_post(first, viewer_of(claire))
    told()
    assert held(viewer_of(claire), "mot=bois") == [other.pk]


def test_it_follows_a_thread_whose_topic_kind_and_tags_are_changed(
    thread, claire, jeanne, viewer_of, told
):
    questions.accept_answer(post_reply(jeanne, thread), viewer_of(claire))
    edit_thread(
        thread, viewer_of(claire), title=thread.title, kind="discussion",
        tags=["Bois", "vent"], topic=Topic.objects.get(slug="eolien"),
    )  # fmt: skip
    told()
    assert held(viewer_of(claire), "mot=vent&sujet=eolien") == [thread.pk]
    assert held(viewer_of(claire), "mot=bois&nature=discussion") == [thread.pk]
    assert held(viewer_of(claire), LIST[1]) == []


def test_what_is_written_or_erased_without_an_action_is_followed_too(
    thread, claire, jeanne, viewer_of, told
):
    answer = post_reply(jeanne, thread)
    questions.accept_answer(answer, viewer_of(claire))
    other = start_thread(claire, thread.space, tags=["vent"], idempotency_key=uuid4())
    Tagging.objects.filter(content_object=other).update(content_object=thread)
    told()

    Post.objects.filter(pk=answer.pk).delete()  # By the database's own rule, on PostgreSQL.
    told()
    Thread.objects.update(post_count=1, is_locked=True)
    set_tags(thread, [])
    told()
    Thread.objects.all().delete()
    assert not Tagging.objects.exists()


def test_the_english_name_of_a_tag_stands_for_the_tag(thread, viewer_of, claire, browser_of):
    Tag.objects.create(slug="ecoles", name="Écoles", name_en="Schools")

    set_tags(thread, ["écoles"])
    assert list(thread.taggings.values_list("tag__slug", "name")) == [("ecoles", "écoles")]
    set_tags(thread, ["SCHOOLS", "Écoles", "Causse"])
    assert set(thread.taggings.values_list("tag__slug", "name")) == {
        ("ecoles", "écoles"), ("causse", "Causse"),
    }  # fmt: skip

    page, address = browser_of(claire), reverse("edit-thread", args=[thread.pk])
    assert "écoles" in page.get(address).context["form"]["tags"].value()
    page.cookies["django_language"] = "en"
    typed = page.get(address).context["form"]["tags"].value()
    assert set(typed.split(", ")) == {"Schools", "Causse"}

    other = start_thread(claire, thread.space, title="Un autre fil", tags=["schools"])
    assert list(other.taggings.values_list("tag__slug", "name")) == [("ecoles", "Écoles")]


def test_a_tag_is_spelt_as_by_the_first_whom_one_reads(thread, claire, spaces, browser_of):
    start_thread(claire, spaces["public"], tags=["BOIS"], title="Ce que tous lisent")

    assert browser_of(None).get("/mots/bois/").context["subject"].name == "BOIS"
    assert browser_of(claire).get("/mots/bois/").context["subject"].name == "bois"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's")
@pytest.mark.parametrize("query", LISTS)
def test_a_page_of_a_tag_reads_an_index_alone(query, thread, claire, viewer_of):
    found = Listing.from_query(QueryDict(query)).visible_ids(viewer_of(claire), True)
    keep_only_index("forum_tagging", "tagging_by_activity")
    plan = found[:20].explain()

    assert "Index Only Scan using tagging_by_activity" in plan
    assert "forum_thread" not in plan and "Sort" not in plan
