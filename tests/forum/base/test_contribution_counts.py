"""Who wrote on a topic in a space is counted, whichever way posts come and go."""

import pytest

from forum.conversation.threads.edits.actions import delete_post, edit_thread
from forum.models import ContributionCount, Post, Thread, Topic
from forum.moderation import actions as moderation
from tests.factories import move_thread, post_reply
from tests.forum.thread_invariants import check_contribution_counts

pytestmark = pytest.mark.django_db


def counted():
    return sorted(ContributionCount.objects.values_list("topic__slug", "space__slug", "count"))


def test_posts_count_for_the_organisation_they_were_written_for(thread, claire, jeanne):
    post_reply(claire, thread)
    post_reply(jeanne, thread)

    assert counted() == [("bois-energie", "reseau", 1), ("bois-energie", "reseau", 2)]
    check_contribution_counts()


def test_they_move_with_their_thread(thread, claire, lucie, jeanne, spaces, viewer_of):
    post_reply(jeanne, thread)
    move_thread(thread, viewer_of(lucie), spaces["public"])
    edit_thread(
        thread, viewer_of(claire), title=thread.title, kind="discussion", tags=[],
        topic=Topic.objects.get(slug="eolien"),
    )  # fmt: skip

    assert {(topic, space) for topic, space, _count in counted()} == {
        ("eolien", spaces["public"].slug)
    }
    check_contribution_counts()


def test_what_is_hidden_or_deleted_is_not_counted(thread, claire, lucie, jeanne, viewer_of):
    hidden, deleted = post_reply(jeanne, thread), post_reply(jeanne, thread)
    moderation.hide_post(hidden, viewer_of(lucie), "Hors sujet")
    delete_post(deleted, viewer_of(jeanne))
    assert ContributionCount.objects.count() == 1  # Of the thread's author.

    moderation.restore_post(hidden, viewer_of(lucie))
    delete_post(hidden, viewer_of(jeanne))
    check_contribution_counts()


def test_a_hidden_post_that_is_deleted_is_not_taken_off_twice(thread, lucie, jeanne, viewer_of):
    post_reply(jeanne, thread)
    hidden = post_reply(jeanne, thread)
    moderation.hide_post(hidden, viewer_of(lucie), "Hors sujet")
    delete_post(hidden, viewer_of(jeanne))

    check_contribution_counts()


def test_what_is_written_or_erased_without_an_action_counts_too(thread, jeanne):
    post_reply(jeanne, thread)
    Post.objects.filter(number=2).update(seat=None)
    check_contribution_counts()

    Thread.objects.all().delete()
    assert not ContributionCount.objects.exists()
