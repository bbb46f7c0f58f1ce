"""A slow thread: who writes waits, is told until when, and loses nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import ModerationLogEntry
from forum.conversation.threads.edits.actions import edit_thread
from forum.conversation.threads.posting_limits import TooOften
from forum.models import Post
from forum.moderation.actions import slow_thread
from tests import factories
from tests.factories import moderation_reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow(thread, lucie, viewer_of):
    """Claire's thread, in which each now writes once in thirty minutes."""
    return slow_thread(thread, viewer_of(lucie), 30, "Le ton monte.", moderation_reason())


def test_one_writes_once_in_the_time_given_and_again_after_it(slow, jeanne):
    first = factories.post_reply(jeanne, slow)

    with pytest.raises(TooOften, match="dans 30\\sminutes"):
        factories.post_reply(jeanne, slow)
    Post.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(minutes=31))
    assert factories.post_reply(jeanne, slow).number == 3


def test_others_and_animators_do_not_wait_and_other_threads_go_on(
    slow, jeanne, lucie, make_person, spaces
):
    factories.post_reply(jeanne, slow)
    other = make_person("Yves Autre", factories.PROJECTS)

    assert factories.post_reply(other, slow).number == 3
    assert [factories.post_reply(lucie, slow).number for _ in range(2)] == [4, 5]
    elsewhere = factories.start_thread(jeanne, spaces["network"], title="Ailleurs, vite ?")
    assert factories.post_reply(jeanne, elsewhere).number == 2


def test_the_refusal_keeps_the_text_and_the_thread_says_that_it_is_slow(
    slow, claire, browser_of
):
    page = browser_of(claire)
    assert "L’équipe d’animation a ralenti ce fil" in page.get(slow.get_absolute_url()).text

    words = {"text": "Encore un mot.", "idempotency_key": "1" * 32, "shown_readers": ""}
    answer = page.post(reverse("replies", args=[slow.pk]), words)

    assert answer.status_code == 429 and "Encore un mot." in answer.text
    assert "Vous pourrez y écrire" in answer.text


def test_a_thread_goes_at_its_pace_again_by_the_page(slow, claire, lucie, browser_of):
    address = reverse("slow-thread", args=[slow.pk])
    page = browser_of(lucie).post(address, {"ending_reason": "C’est apaisé."}, follow=True)

    assert "Le fil est remis à son rythme." in page.text
    assert factories.post_reply(claire, slow).number == 2
    newest = ModerationLogEntry.objects.first()
    assert (newest.action, newest.reason) == ("end_slow_mode", "C’est apaisé.")


def test_a_thread_says_that_an_animator_changed_its_title(
    thread, claire, lucie, viewer_of, browser_of
):
    about = {"topic": thread.topic, "kind": thread.kind, "tags": []}
    page, address = browser_of(claire), f"/fils/{thread.pk}/"
    edit_thread(thread, viewer_of(claire), title="Un titre de Claire", **about)
    assert "a changé le titre" not in page.get(address, follow=True).text

    edit_thread(thread, viewer_of(lucie), title="Un titre plus clair", **about)

    assert "a changé le titre" in page.get(address, follow=True).text
    assert ModerationLogEntry.objects.get().action == "edit_thread"
