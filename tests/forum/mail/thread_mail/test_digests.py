"""The digest: at the hour one chose, by the rights of the moment, and nothing told twice."""

import re
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forum.base.outgoing_mail.actions import Sent
from forum.conversation.follows.actions import follow_thread
from forum.conversation.follows.models import Level
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.actions import (
    RETENTION,
    begin_digests,
    next_moment,
    plan_due_digests,
    schedule_digests,
    send_next_digest,
)
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.digests.tasks import delete_settled_digests, send_digests
from forum.mail.thread_mail.models import MailSetting
from forum.models import Expertise, Follow, Topic
from forum.moderation.actions import hide_post
from forum.moderation.held_posts.actions import approve_post
from tests.factories import AUTHORITIES, SUPPORT, create_seat, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver, plan

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
PARIS = ZoneInfo("Europe/Paris")


def digest(person):
    """The digest of ``person`` that leaves now, if there is anything to say."""
    begin_digests(), schedule_digests()
    Digest.objects.filter(person=person).update(due_at=timezone.now())
    MailSetting.objects.filter(person=person).update(next_digest_at=timezone.now())
    plan_due_digests()
    before = len(mail.outbox)
    while send_next_digest() is not None:
        pass
    assert len(mail.outbox) <= before + 1
    return mail.outbox[-1] if len(mail.outbox) > before else None


@pytest.fixture(autouse=True)
def only_claire(thread, claire):
    """Nobody but Claire has digests; she follows what she started, in hers."""
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", channel="site")
    save_mail_setting(claire.pk, channel="digest")


def test_it_tells_what_is_new_in_followed_threads_and_leads_there(thread, claire, jeanne):
    post_reply(jeanne, thread, text="Nous avons choisi **la régie**.")

    sent = digest(claire)
    assert sent.to == [claire.email]
    html = sent.alternatives[0][0]
    for part in (sent.body, html):
        assert "Quelle chaufferie" in part and "Nous avons choisi la régie." in part
        assert f"{thread.get_absolute_url()}#post-2" in part


def test_nothing_is_told_twice(thread, claire, jeanne):
    post_reply(jeanne, thread, text="La première.")
    assert "La première." in digest(claire).body
    assert digest(claire) is None
    post_reply(jeanne, thread, text="La seconde.")

    sent = digest(claire)
    assert "La seconde." in sent.body and "La première." not in sent.body


def test_what_was_mailed_at_once_is_not_told_again(thread, claire, jeanne):
    save_mail_setting(claire.pk, channel="mail")
    post_reply(jeanne, thread)
    assert deliver() == 1
    save_mail_setting(claire.pk, channel="digest")

    assert digest(claire) is None


def test_what_was_read_on_the_site_is_not_told(thread, claire, jeanne):
    post_reply(jeanne, thread)
    Follow.objects.filter(person=claire).update(last_read_number=2)

    assert digest(claire) is None


def test_a_digest_with_nothing_in_it_is_not_sent(claire):
    assert digest(claire) is None
    assert Digest.objects.filter(person=claire, was_sent=False).exclude(settled_at=None)


def test_it_tells_nothing_that_its_reader_may_not_see_when_it_is_sent(
    claire, jeanne, lucie, make_person, spaces, viewer_of
):
    omar = make_person("Omar", AUTHORITIES)
    room = start_thread(omar, spaces[AUTHORITIES], title="Réservé au collège")
    follow_thread(room.pk, viewer_of(claire))
    post_reply(omar, room, text="Secret du collège")
    other = start_thread(jeanne, spaces["network"], title="Que l’on masquera")
    hide_post(other.posts.get(), viewer_of(lucie), "Hors sujet.")
    claire.seats.all().delete()
    create_seat(claire, SUPPORT)

    sent = digest(claire)
    for part in (sent.body, sent.alternatives[0][0], sent.subject) if sent else ():
        assert "Secret" not in part and "Réservé" not in part and "masquera" not in part


def test_subscriptions_fill_it_with_new_threads_and_say_so(claire, jeanne, spaces, viewer_of):
    topic = Topic.objects.order_by("pk").first()
    subscribe("topic", topic.pk, viewer_of(claire), Level.FIRST, "digest")
    new = start_thread(jeanne, spaces["network"], title="Un bois en commun", topic=topic)
    plan()

    sent = digest(claire)
    assert new.title in sent.body and "nouveau fil" in sent.alternatives[0][0]
    assert digest(claire) is None


@pytest.fixture
def knows_wood(claire):
    """Claire says that she knows the topic that threads are on by default."""
    return Expertise.objects.create(person=claire, topic=Topic.objects.first()).topic


def test_it_proposes_an_experience_and_open_questions_of_topics_that_one_knows(
    claire, jeanne, spaces, knows_wood
):
    start_thread(jeanne, spaces["network"], title="Notre silo", kind="experience")
    start_thread(jeanne, spaces["network"], title="Combien de vent ?")
    other = Topic.objects.exclude(pk=knows_wood.pk).first()
    start_thread(jeanne, spaces["network"], title="D’un autre sujet ?", topic=other)
    answered = start_thread(jeanne, spaces["network"], title="Déjà répondu ?")
    post_reply(jeanne, answered)

    body = digest(claire).body
    assert "Notre silo" in body and "Combien de vent ?" in body
    assert "Déjà répondu ?" not in body and "D’un autre sujet ?" not in body
    assert digest(claire) is None, "nor again"


def test_it_proposes_nothing_of_what_one_wants_to_hear_nothing_of(
    claire, jeanne, spaces, viewer_of
):
    muted, other = Topic.objects.order_by("pk")[:2]
    for topic in (muted, other):
        Expertise.objects.create(person=claire, topic=topic)
    subscribe("topic", muted.pk, viewer_of(claire), Level.MUTED, "site")
    start_thread(jeanne, spaces["network"], title="Combien de vent ?", topic=muted)
    start_thread(jeanne, spaces["network"], title="Combien de soleil ?", topic=other)

    body = digest(claire).body
    assert "Combien de soleil ?" in body and "Combien de vent ?" not in body


def test_it_counts_as_told_no_further_than_what_its_reader_could_see(
    claire, jeanne, make_person, lucie, spaces, viewer_of
):
    """A post that waited for approval is in the digest after it."""
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    thread = start_thread(claire, spaces["public"])
    newcomer = make_person("Nils", AUTHORITIES, confirmed=False)
    post_reply(jeanne, thread, text="La première.")
    held = post_reply(newcomer, thread, text="Qui attend.")
    sent = digest(claire)
    assert "La première." in sent.body and "Qui attend." not in sent.body
    approve_post(held, viewer_of(lucie))

    assert "Qui attend." in digest(claire).body


def test_what_waits_for_its_reader_comes_first_but_alone_makes_no_second_digest(
    claire, make_person, town
):
    seat = create_seat(make_person("Nils"), AUTHORITIES, confirmed=False, organisation=town)
    first = digest(claire)

    assert "CE QUI VOUS ATTEND" in first.body and seat.person.full_name in first.body
    assert digest(claire) is None


def test_it_weighs_thirty_kilobytes_at_most_however_much_is_new(claire, jeanne, spaces):
    for n in range(14):
        own = start_thread(claire, spaces["network"], title=f"{n} {'bois ' * 30}")
        post_reply(jeanne, own, text=f"Un long retour, le {n}e. " * 60)
        for kind in ("experience", "question"):
            start_thread(jeanne, spaces["network"], title=f"{n} {'vent ' * 29}", kind=kind)

    sent = digest(claire)
    assert "Il y en a d’autres" in sent.body
    assert len(sent.message().as_bytes()) < 30_000
    again = digest(claire)
    assert again is not None, "the other threads follow"


def test_it_costs_the_same_queries_however_much_one_follows(claire, jeanne, spaces):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert digest(claire) is not None
        return len(captured)

    def news(count):
        for n in range(count):
            own = start_thread(claire, spaces["network"], title=f"Fil {n}")
            post_reply(jeanne, own)

    news(1)
    digest(claire)
    news(2)
    few = queries()
    news(12)
    assert queries() == few


# --------------------------------------------------------------------------- when, and once


@pytest.mark.parametrize(
    ("frequency", "after", "expected"),
    [
        ("weekly", datetime(2026, 11, 27, 10), datetime(2026, 11, 30, 7)),
        ("weekly", datetime(2026, 11, 30, 6), datetime(2026, 11, 30, 7)),
        ("weekly", datetime(2026, 11, 30, 7), datetime(2026, 12, 7, 7)),
        ("weekly", datetime(2026, 3, 24, 7), datetime(2026, 3, 30, 7)),  # Summer time begins.
        ("daily", datetime(2026, 11, 27, 6), datetime(2026, 11, 27, 7)),
        ("daily", datetime(2026, 11, 27, 7), datetime(2026, 11, 28, 7)),
    ],
)
def test_it_is_due_at_the_hour_that_one_chose(frequency, after, expected):
    setting = MailSetting(digest=frequency, digest_day=0, digest_hour=7)

    at = next_moment(setting, after.replace(tzinfo=PARIS))
    assert at == expected.replace(tzinfo=PARIS)


def test_whoever_chose_nothing_has_one_on_monday_morning(claire):
    MailSetting.objects.all().delete()
    begin_digests(), schedule_digests()

    at = timezone.localtime(MailSetting.objects.get(person=claire).next_digest_at)
    assert (at.weekday(), at.hour) == (0, 7)


def test_a_new_choice_is_heeded_from_the_next_digest_on(claire):
    schedule_digests()
    save_mail_setting(claire.pk, digest="daily", digest_hour=18)
    schedule_digests()

    at = timezone.localtime(MailSetting.objects.get(person=claire).next_digest_at)
    assert at.hour == 18 and at - timezone.now() < timedelta(days=1)


def test_planned_twice_it_is_sent_once(thread, claire, jeanne):
    post_reply(jeanne, thread)
    begin_digests(), schedule_digests()
    moment = timezone.now() - timedelta(minutes=1)
    for _run in range(2):
        MailSetting.objects.filter(person=claire).update(next_digest_at=moment)
        send_digests.call()

    assert len(mail.outbox) == 1


def test_where_no_server_answers_it_is_sent_later_and_whole(
    thread, claire, jeanne, monkeypatch
):
    post_reply(jeanne, thread)
    with monkeypatch.context() as patch:

        def refuse(_backend, _messages):
            raise SMTPServerDisconnected

        patch.setattr(EmailBackend, "send_messages", refuse)
        begin_digests(), schedule_digests()
        MailSetting.objects.update(next_digest_at=timezone.now())
        plan_due_digests()
        assert send_next_digest() is Sent.NO_SERVER
    assert Follow.objects.get(person=claire).mailed_number == 0
    Digest.objects.update(due_at=timezone.now())

    assert send_next_digest() is Sent.SENT
    assert thread.title in mail.outbox[0].body


def test_who_said_never_gets_none_even_if_it_was_planned(thread, claire, jeanne):
    post_reply(jeanne, thread)
    begin_digests(), schedule_digests()
    MailSetting.objects.filter(person=claire).update(next_digest_at=timezone.now())
    plan_due_digests()
    save_mail_setting(claire.pk, digest="never")

    assert send_next_digest() is Sent.DROPPED


def test_it_is_in_the_language_that_one_chose(thread, claire, jeanne):
    save_mail_setting(claire.pk, language="en")
    post_reply(jeanne, thread)

    sent = digest(claire)
    assert "NEW IN WHAT YOU FOLLOW" in sent.body and 'lang="en"' in sent.alternatives[0][0]


def test_old_digests_are_forgotten(thread, claire, jeanne):
    post_reply(jeanne, thread)
    digest(claire)
    Digest.objects.update(settled_at=timezone.now() - RETENTION - timedelta(days=1))

    delete_settled_digests.call()
    assert not Digest.objects.exists()


# ----------------------------------------------------------------------------- to stop it


@pytest.fixture
def stop(thread, claire, jeanne):
    """The address that stops it, as its headers say."""
    post_reply(jeanne, thread)
    headers = digest(claire).message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https?://[^/]+(/r/\w+/)>", headers["List-Unsubscribe"])
    assert len(headers["List-Unsubscribe"]) <= 77
    return found[1]


def test_opening_the_address_stops_nothing_and_posting_to_it_does(stop, claire, client):
    assert "Ne plus recevoir le résumé" in client.get(stop).text
    assert MailSetting.objects.get(person=claire).digest == "weekly"

    one_click = client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 204
    assert MailSetting.objects.get(person=claire).digest == "never"
    assert "ne vous est plus envoyé" in client.get(stop).text


def test_a_forged_key_leads_nowhere(stop, client):
    address = reverse("stop-digest", args=["abcdefghijkm"])

    assert client.get(address).status_code == client.post(address).status_code == 404


def test_who_stops_all_mail_gets_no_digest_either(thread, claire, jeanne, client):
    save_mail_setting(claire.pk, channel="mail")
    post_reply(jeanne, thread)
    deliver()
    stop = re.search(r"/c/\w+/", mail.outbox[-1].message()["List-Unsubscribe"])[0]
    client.post(stop, {"all": "1"})
    post_reply(jeanne, thread)

    assert deliver() == 0 and digest(claire) is None
