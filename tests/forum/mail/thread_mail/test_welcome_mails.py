"""Two mails at most follow a welcome, each once, and only with something of one's own."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.charter.models import Signature
from accounts.models import Seat, Territory, User
from forum.base.spaces.models import MailContent, Space
from forum.conversation.follows.models import Channel, Level, ThreadRead
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.mail.thread_mail.actions import save_mail_setting, stop_all_mail, stop_notifications
from forum.mail.thread_mail.bounces.models import BounceCount
from forum.mail.thread_mail.models import MailSetting
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies.queries import own_post_id
from forum.mail.thread_mail.welcomes.actions import send_next_welcome
from forum.mail.thread_mail.welcomes.models import WelcomeMail, WelcomeStep
from forum.mail.thread_mail.welcomes.tasks import mail_welcomes
from forum.models import Expertise, Follow, Post, Topic
from tests.factories import PROJECTS, create_sheet, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import answer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits", "mailed_at_once"),
]
FOUR_DAYS, TWELVE_DAYS = timedelta(days=4, hours=1), timedelta(days=12, hours=1)


@pytest.fixture
def others(jeanne, claire, lucie, settings):
    """Who have been members for long, of a site that takes answers by mail."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    Seat.objects.update(confirmed_at=timezone.now() - timedelta(days=400))
    Expertise.objects.create(person=claire, topic=Topic.objects.first())
    return jeanne


@pytest.fixture
def question(others, spaces):
    """A question without a reply on a topic that Claire knows."""
    return start_thread(
        others, spaces["network"], title="Qui a déjà posé une pompe à chaleur ?"
    )


def sent_after(person, time):
    """The mails to ``person`` of a run of the task so long after their seat was confirmed."""
    Seat.objects.filter(person=person).update(confirmed_at=timezone.now() - time)
    before = len(mail.outbox)
    mail_welcomes.call()
    assert not WelcomeMail.objects.filter(settled_at=None).exists(), "it could not be written"
    return [one for one in mail.outbox[before:] if one.to == [person.email]]


def place(slug, population, kind="commune"):
    return Territory.objects.create(
        slug=slug, name=slug.title(), type=kind, population=population
    )


def test_after_four_days_comes_a_question_on_a_topic_of_ones_own_which_one_answers(
    claire, question
):
    (sent,) = sent_after(claire, FOUR_DAYS)
    page = sent.alternatives[0][0]
    address = question.get_absolute_url()
    assert "pompe à chaleur" in sent.subject and address in sent.body and address in page
    assert "Répondez à ce courriel" in sent.body and "ou répondez à ce courriel" in page
    receive_mail(answer(claire, "Nous, en 2024.").as_bytes(), sent.reply_to[0])
    assert question.posts.get(number=2).text == "Nous, en 2024."


def test_it_is_sent_once_however_often_the_worker_runs(claire, question):
    assert len(sent_after(claire, FOUR_DAYS)) == 1
    assert sent_after(claire, FOUR_DAYS) == []
    assert sent_after(claire, FOUR_DAYS + timedelta(days=1)) == []


@pytest.mark.parametrize("time", [timedelta(days=3), timedelta(days=30)])
def test_no_other_day_brings_one(claire, question, time):
    assert sent_after(claire, time) == []


def test_of_a_worker_that_was_killed_the_mail_is_sent_again_as_the_same(
    claire, question, monkeypatch
):
    def killed(*_about):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("forum.mail.thread_mail.welcomes.actions.deliver_to", killed)
        sent_after(claire, FOUR_DAYS)
    WelcomeMail.objects.update(due_at=timezone.now())

    (sent,) = sent_after(claire, FOUR_DAYS)
    row = WelcomeMail.objects.get(person=claire)
    first = question.posts.get()
    message_id = sent.message()["Message-ID"]
    assert f"<post-{first.pk}.welcomes.{row.pk}@" in message_id
    assert own_post_id(message_id) == first.pk, "an answer knows what it answers"


@pytest.mark.parametrize("way", ["subscribes", "has read in it", "has opened one"])
def test_a_topic_is_ones_own_where_one_follows_or_reads_it(
    claire, question, spaces, viewer_of, way
):
    Expertise.objects.filter(person=claire).delete()
    assert sent_after(claire, FOUR_DAYS) == []
    WelcomeMail.objects.all().delete()
    read = start_thread(claire, spaces["network"], title="Une autre du même sujet")
    Follow.objects.filter(person=claire).delete()
    if way == "subscribes":
        subscribe("topic", question.topic_id, viewer_of(claire), Level.FIRST, Channel.SITE)
    elif way == "has read in it":
        Follow.objects.create(person=claire, thread=read, last_read_number=1)
    else:
        ThreadRead.objects.create(person=claire, thread=read)

    assert len(sent_after(claire, FOUR_DAYS)) == 1


def test_a_topic_of_which_one_wants_nothing_brings_none(claire, question, viewer_of):
    subscribe("topic", question.topic_id, viewer_of(claire), Level.MUTED, Channel.SITE)

    assert sent_after(claire, FOUR_DAYS) == []


def _answer(question, jeanne, **_others):
    post_reply(jeanne, question)


def _open(question, claire, **_others):
    ThreadRead.objects.create(person=claire, thread=question)


def _follow(question, claire, **_others):
    Follow.objects.create(person=claire, thread=question)


def _own(question, claire, **_others):
    type(question).objects.filter(pk=question.pk).update(author=claire)
    question.posts.update(author=claire)


def _lock(question, **_others):
    type(question).objects.filter(pk=question.pk).update(is_locked=True)


def _hide(question, **_others):
    Post.objects.filter(thread=question).update(hidden_at=timezone.now())


def _name_nothing(**_others):
    Space.objects.update(mail_content=MailContent.NOTHING)


@pytest.mark.parametrize("change", [_answer, _open, _follow, _own, _lock, _hide, _name_nothing])
def test_a_question_that_is_answered_known_ones_own_or_not_to_be_named_is_not_sent(
    claire, jeanne, question, change
):
    change(question=question, claire=claire, jeanne=jeanne)

    assert sent_after(claire, FOUR_DAYS) == []
    assert WelcomeMail.objects.get(step=WelcomeStep.QUESTION).settled_at


def test_a_question_that_may_be_undone_yet_is_not_sent(claire, question, monkeypatch):
    monkeypatch.undo()

    assert sent_after(claire, FOUR_DAYS) == []


def test_a_question_of_a_space_that_one_does_not_read_is_not_sent(claire, others, spaces):
    start_thread(others, spaces[PROJECTS])

    assert sent_after(claire, FOUR_DAYS) == []


def _close(claire):
    User.objects.filter(pk=claire.pk).update(is_active=False)


def _suspend(claire):
    User.objects.filter(pk=claire.pk).update(suspended_at=timezone.now())


def _bounce(claire):
    now = timezone.now()
    about = {"first_at": now, "last_at": now, "paused_at": now}
    BounceCount.objects.create(person=claire, address=claire.email, **about)


def _lapse(claire):
    Signature.objects.filter(person=claire).delete()


def _stop_all(claire):
    stop_all_mail(claire.pk)


def _stop_notifications(claire):
    stop_notifications(claire.pk)


def _untick(claire):
    save_mail_setting(claire.pk, welcomes=False)


@pytest.mark.parametrize(
    "change",
    [_close, _suspend, _bounce, _lapse, _stop_all, _stop_notifications, _untick],
)
@pytest.mark.parametrize("is_planned", [True, False])
def test_who_left_or_wants_no_mail_is_sent_none(claire, question, change, is_planned):
    if is_planned:
        WelcomeMail.objects.create(person=claire, step="question", due_at=timezone.now())
    change(claire)

    assert sent_after(claire, FOUR_DAYS) == []


def test_one_click_stops_both_and_nothing_else(claire, question, client):
    (sent,) = sent_after(claire, FOUR_DAYS)
    headers, page = sent.message(), sent.alternatives[0][0]
    stop = re.search(r"<https?://[^/]+(/b/\w+/)>", headers["List-Unsubscribe"])[1]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in sent.body and stop in page

    assert "Ne plus les recevoir" in client.get(stop).text
    assert MailSetting.objects.get(person=claire).welcomes
    assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 204
    setting = MailSetting.objects.get(person=claire)
    assert not setting.welcomes and setting.notifications and setting.digest == "weekly"
    assert "ne vous écrivons plus" in client.get(stop).text


def test_the_page_of_ones_mails_has_them(claire, browser_of):
    browser, page = browser_of(claire), reverse("mail-settings")
    assert "après mon arrivée" in browser.get(page).text

    browser.post(page, {"channel": "mail", "digest": "never", "digest_day": 0,
                        "digest_hour": 7, "language": "fr"})  # fmt: skip
    assert not MailSetting.objects.get(person=claire).welcomes


def test_after_twelve_days_comes_the_newest_sheet_of_a_territory_like_ones_own(
    claire, others, spaces
):
    claire.seats.get().organisation.territories.add(place("brec", 5_000))
    for title, territory in [
        ("Une vieille chaudière", place("nizon", 6_000)),
        ("Notre réseau de chaleur", place("arzano", 7_000)),
        ("Une grande ville", place("rennes", 200_000)),
        ("Un département", place("morbihan", 5_500, "departement")),
    ]:
        create_sheet(others, spaces["network"], title=title, territory=territory)

    (sent,) = sent_after(claire, TWELVE_DAYS)
    assert "Arzano" in sent.subject and "Notre réseau de chaleur" in sent.subject
    assert "Une chaudière au bois." in sent.body and "/b/" in sent.body
    assert sent_after(claire, TWELVE_DAYS) == []


def test_a_sheet_that_is_ones_own_or_true_no_more_is_not_sent(claire, others, spaces):
    claire.seats.get().organisation.territories.add(place("brec", 5_000))
    near = place("nizon", 6_000)
    create_sheet(claire, spaces["network"], territory=near)
    create_sheet(others, spaces["network"], territory=near, outdated="Elle ne tourne plus.")

    assert sent_after(claire, TWELVE_DAYS) == []


def test_whose_territory_is_unknown_is_sent_no_sheet(claire, others, spaces):
    create_sheet(others, spaces["network"], territory=place("nizon", 6_000))

    assert sent_after(claire, TWELVE_DAYS) == []
    assert send_next_welcome() is None
