"""Whoever wrote an answer that is accepted is told, for as long as it is and they see it."""

import pytest

from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Level
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.questions.actions import accept_answer, unaccept_answer
from forum.conversation.questions.models import AcceptedAnswer
from forum.moderation.actions import hide_post
from tests.factories import SUPPORT, move_thread, post_reply, start_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    """Claire's question."""
    return start_thread(claire, spaces["network"], kind="question", title="Quelle chaufferie ?")


@pytest.fixture
def told(viewer_of):
    """What the inbox tells a person of accepted answers."""

    def told(person):
        found = notifications_of(person, viewer_of(person))
        return [one.text.replace("\u00a0", " ") for one in found if "retenue" in one.text]

    return told


def test_the_author_of_an_accepted_answer_is_mailed_until_it_is_one_no_more(
    thread, claire, jeanne, viewer_of, told
):
    first, second = post_reply(jeanne, thread), post_reply(jeanne, thread)
    accept_answer(first, viewer_of(claire))
    assert told(jeanne) == ["Votre réponse est retenue dans « Quelle chaufferie ? »."]
    noted = AcceptedAnswer.objects.get()
    accept_answer(first, viewer_of(claire))
    assert AcceptedAnswer.objects.get().accepted_at == noted.accepted_at, "told once"
    accept_answer(second, viewer_of(claire))
    assert len(told(jeanne)) == 1
    unaccept_answer(thread, viewer_of(claire))

    assert told(jeanne) == []


def test_whoever_accepts_their_own_answer_is_not_told(thread, claire, viewer_of, told):
    accept_answer(post_reply(claire, thread), viewer_of(claire))

    assert told(claire) == []


def test_it_is_told_only_to_who_sees_it_and_has_not_muted_the_thread(
    thread, claire, jeanne, lucie, spaces, viewer_of, told
):
    post = post_reply(jeanne, thread)
    accept_answer(post, viewer_of(claire))
    choose_follow(thread.pk, viewer_of(jeanne), Level.MUTED, "")
    assert told(jeanne) == []
    choose_follow(thread.pk, viewer_of(jeanne), Level.ALL, "")
    assert len(told(jeanne)) == 1
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    assert told(jeanne) == []

    other = start_thread(claire, spaces["network"], kind="question")
    accept_answer(post_reply(jeanne, other), viewer_of(claire))
    move_thread(other, viewer_of(lucie), spaces[SUPPORT])
    assert told(jeanne) == []
