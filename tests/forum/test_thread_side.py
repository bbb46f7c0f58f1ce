"""What stands beside a thread: who wrote in it, and what else there is on its topic."""

import re

import pytest

from forum.models import Post, Thread, Topic
from forum.moderation import actions as moderation
from forum.questions import actions as questions
from forum.threads import actions
from forum.threads.queries import thread_for_page
from forum.threads.rendering import render_posts_between
from forum.threads.side import render_related
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.test_query_counts import Counted

pytestmark = pytest.mark.usefixtures("cast_scene")


@pytest.fixture
def part(browser_of):
    """The part beside a thread that has this heading, as HTML; empty where there is none."""

    def part(person, thread, heading):
        text = browser_of(person).get(thread.get_absolute_url()).text
        found = re.search(rf"<h2>{heading}</h2>(.*?)</section>", text, re.DOTALL)
        return found[1] if found else ""

    return part


@pytest.fixture
def side(part):
    """The titles of its links, in order."""
    return lambda *about: re.findall(r"<a [^>]*>([^<]*)</a>", part(*about))


def test_who_wrote_takes_part_each_once_in_the_order_they_came(
    claire, jeanne, people, thread, side
):
    for person in (jeanne, claire, people.support, jeanne):
        post_reply(person, thread)
    names = [str(one) for one in (claire, jeanne, people.support)]

    assert side(claire, thread, "Y participent") == names
    assert side(people.support, thread, "Y participent") == names


def test_who_wrote_only_what_is_hidden_or_deleted_takes_no_part(
    claire, jeanne, people, thread, side, viewer_of
):
    hidden, deleted = post_reply(jeanne, thread), post_reply(people.support, thread)
    assert len(side(claire, thread, "Y participent")) == 3
    moderation.hide_post(hidden, viewer_of(people.animator), "Blessant.")
    actions.delete_post(deleted, viewer_of(people.support))
    assert side(claire, thread, "Y participent") == [str(claire)]
    moderation.restore_post(Post.objects.get(pk=hidden.pk), viewer_of(people.animator))

    assert side(claire, thread, "Y participent") == [str(claire), str(jeanne)]


def test_a_new_name_shows_at_once(claire, jeanne, thread, side, part):
    post_reply(jeanne, thread)
    assert str(jeanne) in side(claire, thread, "Y participent")
    type(jeanne).objects.filter(pk=jeanne.pk).update(full_name="Jeanne Nouvelle")
    assert "Jeanne Nouvelle" in side(claire, thread, "Y participent")
    organisation = jeanne.seats.get().organisation
    type(organisation).objects.filter(pk=organisation.pk).update(name="Coop d’ici")

    assert "Coop d’ici" in part(claire, thread, "Y participent")


def test_who_takes_part_is_read_once_for_all_until_the_thread_changes(
    claire, jeanne, people, thread, browser_of
):
    def reads(person):
        with Counted() as counted:
            browser_of(person).get(thread.get_absolute_url())
        return sum('MIN("forum_post"' in query["sql"] for query in counted.captured_queries)

    assert [reads(person) for person in (claire, jeanne, claire, people.animator)] == [
        1,
        0,
        0,
        0,
    ]
    post_reply(jeanne, thread)
    assert [reads(person) for person in (jeanne, claire)] == [1, 0]


def test_of_many_who_take_part_eight_are_named(claire, thread, make_person, side, part):
    for n in range(9):
        post_reply(make_person(f"Participant {n}", AUTHORITIES), thread)

    assert len(side(claire, thread, "Y participent")) == 8
    assert "et d’autres" in part(claire, thread, "Y participent")


def test_four_others_on_the_topic_are_shown_solved_ones_first_then_the_newest(
    claire, jeanne, thread, spaces, side, viewer_of
):
    others = [start_thread(claire, spaces["network"], title=f"Fil {n} ?") for n in range(5)]
    start_thread(
        claire, spaces["network"], title="Ailleurs ?", topic=Topic.objects.get(slug="eolien")
    )
    assert side(claire, thread, "Sur le même sujet") == [f"Fil {n} ?" for n in (4, 3, 2, 1)]
    questions.accept_answer(post_reply(jeanne, others[0]), viewer_of(claire))
    post_reply(jeanne, others[2])

    expected = ["Fil 0 ?", "Fil 2 ?", "Fil 4 ?", "Fil 3 ?"]
    assert side(claire, thread, "Sur le même sujet") == expected


def test_others_on_the_topic_are_those_that_one_may_read_at_that_moment(
    claire, jeanne, people, thread, spaces, side, viewer_of
):
    public = start_thread(claire, spaces["public"], title="En public ?")
    start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs ?")
    assert side(jeanne, public, "Sur le même sujet") == ["Entre porteurs ?", thread.title]
    assert side(claire, public, "Sur le même sujet") == [thread.title]
    assert side(None, public, "Sur le même sujet") == []
    for n in range(5):  # What one may not read takes no place.
        start_thread(jeanne, spaces[PROJECTS], title=f"Entre porteurs {n} ?")
    assert side(claire, public, "Sur le même sujet") == [thread.title]
    move_thread(thread, viewer_of(people.animator), spaces[SUPPORT])

    assert side(claire, public, "Sur le même sujet") == []
    Thread.objects.filter(pk=thread.pk).update(title="Entre nous ?")
    assert side(people.support, public, "Sur le même sujet") == ["Entre nous ?"]


def test_what_is_said_of_others_on_the_topic_changes_at_once(
    claire, jeanne, thread, spaces, part, viewer_of
):
    other = start_thread(claire, spaces["network"], title="Au début ?")
    asks = claire, thread, "Sur le même sujet"
    assert "0 réponse" in part(*asks)
    reply = post_reply(jeanne, other)
    assert "1 réponse" in part(*asks)
    questions.accept_answer(reply, viewer_of(claire))
    assert "Résolu" in part(*asks)
    changed = {"title": "À la fin ?", "topic": other.topic, "kind": "question", "tags": []}
    actions.edit_thread(other, viewer_of(claire), **changed)
    assert "À la fin ?" in part(*asks)
    type(claire).objects.filter(pk=claire.pk).update(full_name="Claire Nouvelle")
    organisation = claire.seats.get().organisation
    type(organisation).objects.filter(pk=organisation.pk).update(name="Ville d’ici")

    assert "Ville d’ici" in part(*asks)


def test_others_on_the_topic_are_read_once_for_all_who_see_the_same_until_one_changes(
    claire, jeanne, people, thread, spaces, browser_of
):
    def reads(person):
        with Counted() as counted:
            browser_of(person).get(thread.get_absolute_url())
        return sum(query["sql"].startswith(_READS_OTHERS) for query in counted.captured_queries)

    other = start_thread(claire, spaces["network"])
    assert [reads(person) for person in (claire, jeanne, people.support)] == [1, 0, 0]
    post_reply(jeanne, other)
    assert [reads(person) for person in (claire, jeanne)] == [1, 0]


_READS_OTHERS = 'SELECT "forum_thread"."id" AS "pk", "forum_thread"."seq"'


def test_others_that_came_while_they_were_read_are_not_kept_for_who_does_not_see_them(
    claire, jeanne, thread, spaces, viewer_of
):
    start_thread(claire, spaces["network"], title="Pour tous ?")
    start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs ?")
    page = thread_for_page(viewer_of(claire), thread.pk)
    _posts, before = render_posts_between(viewer_of(claire), page, 1, 20)

    assert "Entre porteurs ?" in render_related(viewer_of(jeanne), page, before)
    assert "Entre porteurs ?" not in render_related(viewer_of(claire), page, before)
