"""The page of a measure shows its post as far as its reader may read that today."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupMembership
from accounts.viewers.viewers import viewer_of_person as by
from forum.conversation.threads.edits.actions import edit_post, set_wiki
from forum.models import Post, Thread
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.measures.models import Measure
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from tests.factories import SUPPORT, join_group, moderation_reason, post_reply, start_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
FIRST, LATER = "Un guide à plusieurs.", "Le prix, dit entre nous ensuite."


@pytest.fixture
def post(claire, jeanne, lucie, spaces):
    """Jeanne's in a group, which others may edit."""
    for person in (claire, jeanne, lucie):
        join_group(person)
    reply = post_reply(jeanne, start_thread(claire, spaces["group"]), FIRST)
    return set_wiki(reply, by(jeanne), True)


@pytest.fixture
def measure(post, lucie):
    """Hides it, and is lifted."""
    hide_post(post, by(lucie), "Trop vif.", moderation_reason())
    restore_post(Post.objects.get(pk=post.pk), by(lucie), "Apaisé.")
    return Measure.objects.get()


def page_of(browser, measure):
    return browser.get(reverse("measure", args=[measure.pk])).text


def edit(post, person):
    post = Post.objects.get(pk=post.pk)
    edit_post(post, by(person), LATER, post.version)


def test_its_author_reads_it_there_as_they_do_in_the_thread(
    measure, post, claire, jeanne, lucie, browser_of
):
    assert FIRST in page_of(browser_of(jeanne), measure)
    edit(post, claire)
    assert LATER in page_of(browser_of(jeanne), measure)
    assert LATER in page_of(browser_of(lucie), measure)


def test_who_left_reads_there_what_they_wrote_last_and_nothing_of_others(
    measure, post, claire, jeanne, browser_of
):
    GroupMembership.objects.filter(person=jeanne).delete()
    assert FIRST in page_of(browser_of(jeanne), measure)
    edit(post, claire)
    assert LATER not in page_of(browser_of(jeanne), measure)


def test_nor_does_who_is_suspended(measure, post, claire, jeanne, browser_of):
    edit(post, claire)
    jeanne.suspended_at = timezone.now()
    jeanne.save()

    assert LATER not in page_of(browser_of(jeanne), measure)


def test_what_a_move_withholds_no_other_animator_reads_there(
    measure, post, claire, jeanne, lucie, spaces, make_person, browser_of
):
    thread = Thread.objects.get(pk=post.thread_id)
    move = move_thread(thread, by(lucie), spaces["network"])
    answer_move(move, by(claire), True)
    complete_move(move, by(lucie))
    paul = make_person("Paul Autre", SUPPORT, is_animator=True)

    assert FIRST not in page_of(browser_of(paul), measure)
    assert FIRST in page_of(browser_of(jeanne), measure)
