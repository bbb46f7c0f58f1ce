"""What concerns a person is mailed to them at once: once, unread, and only while it holds."""

import re
from datetime import timedelta
from html import unescape
from itertools import count
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Seat, User
from accounts.organisations.actions import confirm_seat, refuse_seat
from forum.base.outgoing_mail.actions import Sent
from forum.base.spaces.models import MailContent
from forum.conversation.follows.models import Level
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.conversation.follows.unread import unread_count
from forum.conversation.inbox.actions import mark_read
from forum.conversation.inbox.models import NotificationChange
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.models import MailSetting
from forum.mail.thread_mail.notifications.actions import (
    RETENTION,
    plan_all_notifications,
    plan_changed_notifications,
    send_next_notifications,
)
from forum.mail.thread_mail.notifications.models import NotificationMail
from forum.mail.thread_mail.notifications.queries import welcome_threads
from forum.mail.thread_mail.notifications.tasks import mail_notifications, remind_by_mail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.models import Thread, Topic
from forum.moderation.actions import hide_post
from tests.factories import (
    AUTHORITIES,
    SUPPORT,
    create_charter,
    create_seat,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.mail.thread_mail.helpers import answer, plan
from tests.forum.mail.thread_mail.helpers import deliver_notifications as deliver
from tests.forum.mail.thread_mail.helpers import send_notifications as send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture(autouse=True)
def _begun(claire, jeanne, lucie, spaces):
    """What was there before is mailed to nobody."""
    plan_changed_notifications()


@pytest.fixture
def hide(claire, lucie, thread, viewer_of):
    """Have a post of Claire's be hidden, for a reason, of which she is told."""

    def hide(reason="Hors sujet."):
        hide_post(post_reply(claire, thread), viewer_of(lucie), reason)

    return hide


def test_who_waits_for_a_seat_is_mailed_what_was_decided(make_person, lucie):
    nils = make_person("Nils", AUTHORITIES, confirmed=False)
    deliver(nils)
    confirm_seat(nils.seats.get(), lucie)

    (sent,) = deliver(nils)
    assert "est confirmé" in sent.subject and "/compte/" in sent.body
    assert "est confirmé" in sent.alternatives[0][0]


def test_it_waits_so_that_what_is_taken_back_is_not_mailed(hide):
    hide()
    plan_changed_notifications()

    assert send_next_notifications() is None, "not due yet"


def test_several_are_one_mail_and_none_is_mailed_twice(claire, hide):
    hide("Nomme un foyer.")
    hide("Hors sujet.")

    (sent,) = deliver(claire)
    assert "Nomme un foyer." in sent.body and "Hors sujet." in sent.body
    plan_all_notifications()
    assert send(claire) == []


def test_the_subject_of_several_names_who_waits_for_one_and_counts_the_others(
    claire, hide, make_person
):
    nils, own = make_person("Nils"), claire.seats.get().organisation
    create_seat(nils, AUTHORITIES, confirmed=False, organisation=own)
    hide("Nomme un foyer.")

    (sent,) = deliver(claire)
    assert sent.subject.startswith(f"{nils.full_name} demande un siège pour")
    assert sent.subject.endswith("(et 1 autre nouvelle)") and "foyer" not in sent.subject


def test_what_was_read_on_the_site_is_not_mailed(claire, hide):
    hide()
    mark_read(claire, timezone.now())

    assert deliver(claire) == []


def test_what_no_longer_holds_when_it_is_sent_is_not_mailed(claire, make_person, town, lucie):
    nils = make_person("Nils")
    seat = Seat.objects.create(person=nils, organisation=town, position="Adjoint")
    plan_changed_notifications()
    refuse_seat(seat, lucie, "Pas chez nous.")

    assert not any(nils.full_name in one.body for one in send(claire))


def test_who_does_not_want_them_gets_none(claire, hide):
    save_mail_setting(claire.pk, notifications=False)
    hide()

    assert deliver(claire) == []


def test_the_title_of_a_thread_that_one_has_lost_is_in_no_mail(
    claire, jeanne, lucie, spaces, viewer_of
):
    lost = start_thread(jeanne, spaces["network"], title="Perdu de vue")
    post_reply(claire, lost)
    move_thread(lost, viewer_of(lucie), spaces[SUPPORT])

    assert not any("Perdu de vue" in one.body + one.subject for one in deliver(claire))


def test_the_digest_does_not_tell_again_what_was_mailed_at_once(claire, hide, viewer_of):
    hide()
    since = timezone.now() - timedelta(days=7)
    save_mail_setting(claire.pk, notifications=False)
    assert _digest_of(claire, viewer_of(claire), since).notifications
    save_mail_setting(claire.pk, notifications=True)

    assert not _digest_of(claire, viewer_of(claire), since).notifications


def _digest_of(person, viewer, since):
    person = type(person).objects.select_related("mail_setting").get(pk=person.pk)
    return digest_content(person, viewer, since)


def test_the_digest_tells_only_that_a_thread_moved_where_its_title_may_not_be_mailed(
    claire, jeanne, lucie, spaces, viewer_of
):
    lost = start_thread(jeanne, spaces["network"], title="Perdu de vue")
    post_reply(claire, lost)
    move_thread(lost, viewer_of(lucie), spaces[SUPPORT])
    save_mail_setting(claire.pk, notifications=False)
    since = timezone.now() - timedelta(days=7)

    found = _digest_of(claire, viewer_of(claire), since).notifications
    assert not any("Perdu de vue" in one.text for one in found)


def test_a_thread_that_a_subscription_brings_rings_and_plans_no_mail(
    claire, jeanne, spaces, viewer_of
):
    topic = Topic.objects.order_by("pk").first()
    subscribe("topic", topic.pk, viewer_of(claire), Level.FIRST, "site")
    plan_changed_notifications(), plan_changed_notifications()
    send(claire)
    plan()
    start_thread(jeanne, spaces["network"], topic=topic)
    before = unread_count(viewer_of(claire))
    plan()

    assert unread_count(viewer_of(claire)) == before + 1
    plan_changed_notifications()
    assert not NotificationMail.objects.filter(person=claire).exists()


def test_what_was_committed_late_is_looked_at_the_next_time(claire, jeanne, hide):
    """An id that was taken before another may be seen after it."""
    hide()
    changes = NotificationChange.objects
    plan_changed_notifications(), plan_changed_notifications()
    first = changes.latest("pk").pk + 1
    other = {"person_id": jeanne.pk, "token": 1}
    changes.create(pk=first + 1, **other)
    plan_changed_notifications()
    NotificationMail.objects.all().delete()
    changes.create(pk=first, person_id=claire.pk, token=1)
    changes.create(pk=first + 2, **other)

    assert len(deliver(claire)) == 1


def test_while_one_is_being_sent_what_happens_meanwhile_makes_another(claire, hide):
    hide("Le premier.")
    plan_changed_notifications()
    NotificationMail.objects.update(attempts=1)
    hide("Le second.")
    plan_changed_notifications()

    assert NotificationMail.objects.filter(person=claire, settled_at=None).count() == 2


@pytest.fixture
def stop(claire, hide):
    """The address that stops them, as their headers say."""
    hide()
    (sent,) = deliver(claire)
    headers = sent.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https?://[^/]+(/n/\w+/)>", headers["List-Unsubscribe"])
    assert len(headers["List-Unsubscribe"]) <= 77
    for part in (sent.body, sent.alternatives[0][0]):
        assert found[1] in part
    return found[1]


def test_opening_the_address_stops_nothing_and_posting_to_it_does(stop, claire, client):
    assert "Ne plus les recevoir" in client.get(stop).text
    assert MailSetting.objects.get(person=claire).notifications

    one_click = client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 204
    stopped = MailSetting.objects.get(person=claire)
    assert not stopped.notifications and stopped.digest == "weekly"
    assert "ne vous est plus envoyé" in client.get(stop).text


def test_a_forged_key_leads_nowhere(client):
    address = reverse("stop-notifications", args=["abcdefghijkm"])

    assert client.get(address).status_code == client.post(address).status_code == 404


def test_a_reminder_comes_with_time_alone(claire):
    create_charter(2, binding_from=timezone.now() + timedelta(days=30))
    (sent,) = deliver(claire)
    assert "attend votre signature" in sent.subject
    assert send(claire) == []
    MailSetting.objects.update(notified_until=timezone.now() - timedelta(days=1))
    plan_all_notifications()

    assert len(send(claire)) == 1


def test_its_headers_say_that_no_machine_need_answer(claire, hide):
    hide("Un motif\nsur deux lignes.")

    (sent,) = deliver(claire)
    headers = sent.message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].startswith("<notification-")
    assert "\n" not in sent.subject


def test_where_no_server_answers_it_is_sent_later(claire, hide, monkeypatch):
    hide()
    plan_changed_notifications()
    NotificationMail.objects.update(due_at=timezone.now())
    with monkeypatch.context() as patch:

        def refuse(_backend, _messages):
            raise SMTPServerDisconnected

        patch.setattr(EmailBackend, "send_messages", refuse)
        ended = set()
        while (sent := send_next_notifications()) is not None:
            ended.add(sent)
        assert Sent.NO_SERVER in ended
    assert len(send(claire)) == 1


def test_the_task_does_all_of_it_and_old_rows_are_forgotten(claire, hide):
    hide()
    mail_notifications.call()
    assert mail.outbox == [], "it waits"
    NotificationMail.objects.update(due_at=timezone.now())
    mail_notifications.call()
    assert [one.to for one in mail.outbox] == [[claire.email]]

    NotificationMail.objects.update(settled_at=timezone.now() - RETENTION - timedelta(days=1))
    remind_by_mail.call()
    assert not NotificationMail.objects.exclude(settled_at=None).exists()


# ----------------------------------------------------------------------- what it is about


@pytest.fixture
def name(claire, jeanne, thread):
    """Have Jeanne be named in a post of Claire's, whose thread she does not follow."""

    def name(text="Combien de kW, et quel bois ?"):
        return post_reply(claire, thread, text=f"@{jeanne.full_name} : {text}")

    return name


def parts(sent):
    """Both parts of a mail."""
    return sent.body, sent.alternatives[0][0]


def test_it_brings_the_post_and_ways_to_answer_and_to_thank(jeanne, name, settings):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    post = name()

    (sent,) = deliver(jeanne)
    for part in parts(sent):
        assert "Combien de kW, et quel bois" in part and "/t/" in part
        assert "épond" in part and post.get_absolute_url() in part
    (address,) = sent.reply_to
    mail_id = sent.message()["Message-ID"]
    receive_mail(answer(jeanne, "45 kW.", In_Reply_To=mail_id).as_bytes(), address)
    assert (post.thread.posts.last().author, post.thread.posts.last().text) == (
        jeanne,
        "45 kW.",
    )


def test_of_a_long_post_it_brings_the_beginning_and_nobody_answers_by_mail(
    jeanne, name, settings
):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    name("Du bois. " * 300 + "La fin.")

    (sent,) = deliver(jeanne)
    assert sent.reply_to == []
    for part in parts(sent):
        assert "Du bois. Du bois." in part and "…" in part and "La fin." not in part


def test_it_brings_no_post_that_its_reader_does_not_see_as_it_is_sent(
    jeanne, claire, lucie, spaces, name, viewer_of
):
    post = name("Le secret.")
    plan_changed_notifications()
    hide_post(post, viewer_of(lucie), "Hors sujet.")

    assert not any("secret" in part for sent in send(jeanne) for part in parts(sent))


@pytest.mark.parametrize("content", [MailContent.TITLE, MailContent.NOTHING])
def test_it_brings_no_text_of_a_space_whose_mails_bring_none(jeanne, spaces, name, content):
    type(spaces["network"]).objects.update(mail_content=content)
    name("Le secret.")

    (sent,) = deliver(jeanne)
    assert sent.reply_to == [] and not any("secret" in part for part in parts(sent))


def test_it_asks_as_much_for_many_posts_as_for_one(jeanne, name):
    for person in User.objects.exclude(pk=jeanne.pk):
        save_mail_setting(person.pk, notifications=False)
    numbers = count()

    def cost(number):
        for _post in range(number):
            name(f"Du bois. {next(numbers)}")
        with CaptureQueriesContext(connection) as captured:
            (sent,) = deliver(jeanne)
        assert sent.body.count("Du bois.") == number
        return len(captured)

    cost(2)  # Keys are made with the first.
    assert cost(2) == cost(8)


# ------------------------------------------------------------------------------- welcome


@pytest.fixture
def welcome(claire, jeanne, lucie, make_person, spaces, settings, browser_of):
    """The mail of a first seat that is confirmed, of the college of Claire."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_PUBLISHER = {"email": "equipe@forum.example.org"}
    start_thread(claire, spaces["network"], title="Quel bois pour l’école ?")
    start_thread(claire, spaces[AUTHORITIES], title="Nos marchés publics")
    start_thread(jeanne, spaces["network"], title="D’un autre collège")
    nils = make_person("Nils", AUTHORITIES, confirmed=False)
    deliver(nils)
    confirm_seat(nils.seats.get(), lucie)

    def welcome(reads_first=False):
        if reads_first:
            browser_of(nils).get(reverse("account"))
        return nils, deliver(nils)

    return welcome


@pytest.mark.parametrize("reads_first", [False, True])
def test_a_first_seat_that_is_confirmed_is_welcomed_though_that_was_read(
    welcome, spaces, reads_first
):
    nils, (sent,) = welcome(reads_first)

    for part in parts(sent):
        words = " ".join(unescape(part).split())
        assert spaces["network"].name in words and spaces[AUTHORITIES].name in words
        assert spaces[SUPPORT].name not in words
        assert "Quel bois pour l’école ?" in words and "Nos marchés publics" in words
        assert "D’un autre collège" not in words
        assert "votre réponse paraît dans le fil" in words
        assert "equipe@forum.example.org" in words
    plan_all_notifications()
    assert send(nils) == []


def test_the_welcome_proposes_no_thread_of_ones_own_organisation(welcome, viewer_of):
    nils, (sent,) = welcome()
    assert "Quel bois" in sent.body
    Thread.objects.update(seat=nils.seats.get())  # As of a colleague.
    assert welcome_threads(viewer_of(nils)) == []


def test_the_welcome_names_no_thread_of_a_space_whose_mails_name_none(welcome, spaces):
    type(spaces["network"]).objects.update(mail_content=MailContent.NOTHING)

    _nils, (sent,) = welcome()
    assert not any("Quel bois" in part or "marchés" in part for part in parts(sent))


def test_who_has_not_signed_is_not_welcomed_where_they_do_not_write(make_person, lucie):
    nils = make_person("Nils", AUTHORITIES, confirmed=False, signed=False)
    deliver(nils)
    confirm_seat(nils.seats.get(), lucie)

    (sent,) = deliver(nils)
    assert "est confirmé" in sent.subject and "Bienvenue" not in sent.body


def test_a_further_seat_is_told_in_a_line(welcome, lucie, town):
    nils, _sent = welcome()
    seat = Seat.objects.create(person=nils, organisation=town, position="Adjoint")
    confirm_seat(seat, lucie)

    (sent,) = deliver(nils)
    assert "est confirmé" in sent.subject and "Bienvenue" not in sent.body
