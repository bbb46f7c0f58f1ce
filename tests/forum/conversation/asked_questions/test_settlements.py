"""Questions that were settled otherwise than by an answer."""

import pytest
from django.urls import reverse

from accounts.moderation_log.models import ModerationLogEntry
from forum.base import markup
from forum.base.rules import Refused
from forum.conversation.questions.actions import accept_answer, unaccept_answer
from forum.conversation.threads.edits.actions import edit_thread
from forum.conversation.threads.kinds import resolved
from forum.conversation.threads.models import Thread as ThreadModel
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.settlements.models import Settlement
from forum.models import Thread
from tests import factories
from tests.forum.conversation.asked_questions.helpers import (
    ask,
    head_of,
    inbox_of,
    organisation,
    wood,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]
WORDS = "Le syndicat a pris la compétence."


@pytest.fixture
def question(asker, spaces):
    return ask(asker, spaces["public"])


def settle(browser, thread, words=WORDS):
    page = browser.get(reverse("settle-question", args=[thread.pk]))
    stamp = page.context["form"]["shown_readers"].value()
    sent = {"settlement": words, "shown_readers": stamp}
    return browser.post(reverse("settle-question", args=[thread.pk]), sent)


def test_its_asker_says_how_and_all_read_it_at_its_head(question, asker, browser_of, jeanne):
    assert settle(browser_of(asker), question).status_code == 302
    for reader in None, jeanne, asker:
        head = head_of(browser_of(reader), question)
        assert "Résolu" in head and WORDS in head and asker.full_name in head


def test_it_quotes_nothing_that_not_all_readers_read_but_what_it_does_already(
    question, asker, jeanne, spaces, browser_of
):
    post = factories.start_thread(jeanne, spaces["public"], text="Entre nous.").posts.get()
    words = markup.quote(post.text, "Jeanne Brunel", 1, post.get_absolute_url())
    assert settle(browser_of(asker), question, words).status_code == 302
    Thread.objects.filter(pk=post.thread_id).update(space=spaces["network"])
    assert settle(browser_of(asker), question, f"{words}Merci.").status_code == 302
    assert settle(browser_of(asker), question, "Merci.").status_code == 302

    refused = settle(browser_of(asker), question, words)
    assert refused.status_code == 403 and "Vous citez un message" in refused.text
    assert "Entre nous." in refused.text and Settlement.objects.latest("pk").text == "Merci."


def test_it_counts_as_resolved_in_lists_filters_searches_and_inboxes(
    asker, make_town, spaces, browser_of, jeanne
):
    one = make_town("Asked")
    thread = ask(asker, spaces["public"], organisation(one), title="Une chaudière hybride")
    waiting = browser_of(jeanne).get("/?vue=sans-reponse")
    assert thread.title in waiting.text and thread.title in inbox_of(browser_of(one))
    settle(browser_of(asker), thread)
    assert thread.title not in browser_of(jeanne).get("/?vue=sans-reponse").text
    assert thread.title in browser_of(jeanne).get("/?vue=resolus").text
    tagged = Thread.objects.filter(resolved(), pk=thread.pk)
    assert tagged.exists() and thread.title not in inbox_of(browser_of(one))
    for answer, found in (("oui", True), ("non", False)):
        page = browser_of(jeanne).get("/recherche/", {"q": "hybride", "resolu": answer})
        assert (thread.get_absolute_url() in page.text) is found


def test_an_accepted_answer_replaces_it_and_it_replaces_one(question, asker, jeanne, viewer_of):
    viewer = viewer_of(asker)
    answer = factories.post_reply(jeanne, question)
    accept_answer(answer, viewer)
    settle_question(question, viewer, WORDS)
    question.refresh_from_db()
    assert question.accepted is None and question.settled_at
    answer.refresh_from_db()
    assert not answer.is_accepted
    accept_answer(answer, viewer)
    question.refresh_from_db()
    assert question.accepted == answer and question.settled_at is None
    assert Settlement.objects.filter(ended_at=None).count() == 0


def test_it_is_reopened_and_what_was_said_before_is_kept_with_who_and_when(
    question, asker, lucie, viewer_of, browser_of
):
    settle_question(question, viewer_of(asker), WORDS)
    settle_question(question, viewer_of(asker), WORDS)  # Sent twice, said once.
    settle_question(question, viewer_of(lucie), "Autrement dit.")
    assert ModerationLogEntry.objects.filter(action="settle_question").count() == 1
    unaccept_answer(question, viewer_of(asker))
    question.refresh_from_db()
    assert not question.is_resolved and "Autrement dit." not in head_of(
        browser_of(asker), question
    )
    said = Settlement.objects.order_by("pk").values_list("text", "person")
    assert list(said) == [(WORDS, asker.pk), ("Autrement dit.", lucie.pk)]


def test_others_may_not_say_so_and_too_long_is_refused_in_words(
    question, asker, jeanne, viewer_of, browser_of
):
    with pytest.raises(Refused, match="qui pose la question"):
        settle_question(question, viewer_of(jeanne), WORDS)
    assert (
        browser_of(jeanne).get(reverse("settle-question", args=[question.pk])).status_code
        == 403
    )
    answer = settle(browser_of(asker), question, "long " * 300)
    assert (
        answer.status_code == 422 and "trop long" in answer.text and "long long" in answer.text
    )


def test_a_thread_that_is_no_question_any_more_is_not_settled(question, asker, viewer_of):
    settle_question(question, viewer_of(asker), WORDS)
    question.refresh_from_db()
    edit_thread(
        question, viewer_of(asker), title=question.title, topic=wood(), tags=[],
        kind="discussion", reason="",
    )  # fmt: skip
    thread = ThreadModel.objects.get(pk=question.pk)
    assert thread.settled_at is None and not Settlement.objects.filter(ended_at=None).exists()


def test_words_of_others_stay_behind_when_it_changes_its_readers(
    asker, lucie, spaces, viewer_of, browser_of
):
    thread = ask(asker, spaces["network"])
    settle_question(thread, viewer_of(lucie), "Dit entre membres.")
    factories.move_thread(thread, viewer_of(lucie), spaces["public"])
    thread.refresh_from_db()
    page = browser_of(None).get(thread.get_absolute_url())
    assert "Résolue autrement" in page.text and "Dit entre membres." not in page.text
