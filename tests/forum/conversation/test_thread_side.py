"""What stands beside a thread: who wrote in it."""

import re

import pytest

from forum.conversation.threads.edits.actions import delete_post
from forum.models import Post
from forum.moderation import actions as moderation
from tests.factories import (
    AUTHORITIES,
    post_reply,
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
    delete_post(deleted, viewer_of(people.support))
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
