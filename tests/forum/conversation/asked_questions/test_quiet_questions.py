"""Questions in which nobody has written for seven days."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.suspension import is_suspended
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.addressees.models import Origin, ThreadAddressee
from forum.conversation.questions.actions import accept_answer
from forum.conversation.questions.quiet_questions.actions import remind_askers, tell_who_knows
from forum.conversation.questions.quiet_questions.models import QuestionReminder
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.models import DigestFrequency, MailSetting
from forum.models import Thread
from tests import factories
from tests.forum.conversation.asked_questions.conftest import town_of
from tests.forum.conversation.asked_questions.helpers import (
    ask,
    inbox_of,
    organisation,
    words_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]
SEVEN = timedelta(days=7, minutes=1)


@pytest.fixture
def question(asker, spaces):
    return ask(asker, spaces["network"], title="Qui a comparé deux chaudières ?")


def pass_days(thread, days=SEVEN):
    """Let ``days`` pass since anything happened in the thread."""
    Thread.objects.filter(pk=thread.pk).update(last_posted_at=timezone.now() - days)


def let_reminder_age():
    """Let seven days pass since the asker was asked, and answered."""
    for row in QuestionReminder.objects.all():
        row.asked_at -= SEVEN
        row.postponed_at = row.postponed_at and row.postponed_at - SEVEN
        row.save()


def test_one_without_a_reply_is_put_once_to_some_who_know_its_topic(
    question, make_town, browser_of
):
    knowing = [make_town(f"Sait{n}", knows=True) for n in range(7)]
    make_town("Ignore")
    assert tell_who_knows() == 0  # It is not quiet yet.
    pass_days(question)
    assert tell_who_knows() == 1 and tell_who_knows() == 0
    rows = ThreadAddressee.objects.filter(thread=question, origin=Origin.QUIET)
    assert rows.count() == 5 and {row.organisation for row in rows} <= {
        town_of(it) for it in knowing
    }
    told = [it for it in knowing if question.title in inbox_of(browser_of(it))]
    assert len(told) == 5


def test_nobody_is_told_over_the_ceiling_or_of_one_that_is_answered_settled_or_closed(
    question, asker, make_town, jeanne, spaces, viewer_of, settings
):
    settings.FORUM_QUESTIONS_PER_WEEK = 1
    busy = make_town("Sait", knows=True)
    ask(asker, spaces["network"], organisation(busy))
    pass_days(question)
    assert tell_who_knows() == 0
    settings.FORUM_QUESTIONS_PER_WEEK = 3
    Thread.objects.filter(pk=question.pk).update(is_locked=True)
    assert tell_who_knows() == 0
    Thread.objects.filter(pk=question.pk).update(is_locked=False)
    accept_answer(factories.post_reply(jeanne, question), viewer_of(asker))
    pass_days(question)
    assert tell_who_knows() == 0 and remind_askers() == 0


def test_nobody_asks_in_the_name_of_who_was_suspended(question, asker, make_town):
    make_town("Sait", knows=True)
    pass_days(question)
    asker.suspended_at = timezone.now()
    asker.save()
    assert is_suspended(asker) and tell_who_knows() == 0


def test_animators_find_it_on_their_desk_until_somebody_replies(
    question, lucie, jeanne, browser_of
):
    address = f"{reverse('review-queue')}?file=questions"
    assert question.title not in browser_of(lucie).get(address).text
    pass_days(question)
    assert question.title in browser_of(lucie).get(address).text
    factories.post_reply(jeanne, question)
    pass_days(question)
    assert question.title not in browser_of(lucie).get(address).text


def test_the_weekly_digest_of_who_knows_the_topic_tells_of_it_once(question, make_town, jeanne):
    knows = make_town("Sait", knows=True)
    for person, frequency in ((knows, DigestFrequency.WEEKLY), (jeanne, "weekly")):
        MailSetting.objects.update_or_create(person=person, defaults={"digest": frequency})

    def told(person, since):
        content = digest_content(person, viewer_of_person(person), timezone.now() - since)
        return [post.thread for post in content.waiting_questions]

    assert told(knows, timedelta(days=7)) == []
    pass_days(question)
    assert told(knows, timedelta(days=7)) == [question] and told(jeanne, SEVEN) == []
    pass_days(question, timedelta(days=15))
    assert told(knows, timedelta(days=7)) == []


def test_the_asker_of_one_with_replies_is_asked_whether_it_is_settled(
    question, asker, jeanne, browser_of
):
    reply = factories.post_reply(jeanne, question, "Nous l’avons fait à deux.")
    assert remind_askers() == 0
    pass_days(question)
    assert remind_askers() == 1 and remind_askers() == 0
    assert "est-elle réglée" in inbox_of(browser_of(asker))
    page = browser_of(asker).get(reverse("question-state", args=[question.pk]))
    assert "Nous l’avons fait à deux." in page.text
    for name, pk in (
        ("accept-answer", reply.pk),
        ("settle-question", question.pk),
        ("not-settled", question.pk),
    ):
        assert reverse(name, args=[pk]) in page.text
    browser_of(asker).post(reverse("accept-answer", args=[reply.pk]))
    assert "est-elle réglée" not in inbox_of(browser_of(asker))


def test_not_yet_is_asked_again_after_as_many_days_and_three_times_at_most(
    question, asker, jeanne, browser_of
):
    factories.post_reply(jeanne, question)
    pass_days(question, timedelta(days=60))
    for times in 1, 2, 3:
        assert remind_askers() == 1
        assert QuestionReminder.objects.get().times == times
        assert "est-elle réglée" in inbox_of(browser_of(asker))
        browser_of(asker).post(reverse("not-settled", args=[question.pk]))
        assert "est-elle réglée" not in inbox_of(browser_of(asker))
        assert remind_askers() == 0
        let_reminder_age()
    assert remind_askers() == 0


def test_a_later_reply_ends_the_question_until_it_is_quiet_again(
    question, asker, jeanne, browser_of
):
    factories.post_reply(jeanne, question)
    pass_days(question)
    remind_askers()
    factories.post_reply(jeanne, question)
    assert "est-elle réglée" not in inbox_of(browser_of(asker))
    let_reminder_age()
    pass_days(question)
    Thread.objects.filter(pk=question.pk).update(
        last_posted_at=timezone.now() - SEVEN + timedelta(seconds=30)
    )
    assert remind_askers() == 1
    assert "est-elle réglée" in inbox_of(browser_of(asker))


def test_others_are_not_asked_and_do_not_answer_for_the_asker(
    question, asker, jeanne, browser_of
):
    factories.post_reply(jeanne, question)
    pass_days(question)
    remind_askers()
    assert "est-elle réglée" not in inbox_of(browser_of(jeanne))
    assert (
        browser_of(jeanne).get(reverse("question-state", args=[question.pk])).status_code == 403
    )
    browser_of(jeanne).post(reverse("not-settled", args=[question.pk]))
    assert QuestionReminder.objects.get().postponed_at is None
    assert words_of(browser_of(asker).get(reverse("question-state", args=[question.pk])))
