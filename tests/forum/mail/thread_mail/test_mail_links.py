"""Links in mails act without signing in: by a press, not by opening, by the rights of today."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forum.conversation.follows.actions import follow_thread
from forum.conversation.follows.models import Level
from forum.conversation.inbox.actions import mark_read
from forum.conversation.inbox.queries import notifications_of
from forum.mail.incoming_mail.reply_text import extract_reply
from forum.mail.thread_mail.actions import key_of, save_mail_setting
from forum.mail.thread_mail.mail_links import tokens, views
from forum.mail.thread_mail.mail_links.tokens import sign_proposed
from forum.mail.thread_mail.replies.restoration import without_secrets
from forum.models import Expertise, Follow
from forum.moderation.actions import hide_post
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver, plan
from tests.forum.mail.thread_mail.test_digests import digest

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def link_in(sent, letter):
    """The path of the first link of a kind, the same in both parts of the mail."""
    pattern = rf"https?://[^/\s\"<]+(/{letter}/[^\s\"<]+)"
    found = re.findall(pattern, sent.body)
    assert set(found) == set(re.findall(pattern, sent.alternatives[0][0]))
    return next(it for it in found if letter != "c" or "/lu/" in it)


@pytest.fixture
def mailed(thread, claire, jeanne):
    """The link that marks as read in a mail of the first of two replies."""
    post_reply(jeanne, thread, "La première.")
    deliver()
    post_reply(jeanne, thread, "La seconde.")
    return link_in(mail.outbox[-1], "c")


def read_until(person, thread):
    return Follow.objects.get(person=person, thread=thread).last_read_number


def test_a_thread_is_read_as_far_as_the_post_of_the_mail_by_a_press_alone(
    mailed, thread, claire
):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(mailed)
    assert thread.title in page.text and read_until(claire, thread) == 1
    assert "no-store" in page.headers["Cache-Control"] and "noindex" in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"

    for _press in range(2):
        assert "C’est fait" in strict.post(mailed).text
        assert read_until(claire, thread) == 2
    assert "C’est fait" in strict.get(mailed).text


def test_what_tells_of_the_post_of_a_mail_is_read_with_it(
    thread, claire, jeanne, client, viewer_of
):
    post_reply(jeanne, thread, text=f"@{claire.full_name} : combien de kW ?")
    deliver()
    (before, *_) = notifications_of(claire, viewer_of(claire))
    client.post(link_in(mail.outbox[-1], "c"))

    (after, *_) = notifications_of(claire, viewer_of(claire))
    assert "nomme" in before.text and (before.is_read, after.is_read) == (False, True)


def test_an_old_mail_takes_nothing_back(mailed, thread, claire, client):
    Follow.objects.filter(person=claire).update(last_read_number=3)
    client.post(mailed)

    assert read_until(claire, thread) == 3


def test_a_number_that_no_post_has_marks_no_further_than_the_last(
    mailed, thread, claire, client
):
    client.post(mailed.replace("/lu/2/", f"/lu/{10**18}/"))

    assert read_until(claire, thread) == 3


def test_who_has_lost_the_thread_learns_nothing_and_changes_nothing(
    mailed, thread, claire, lucie, spaces, viewer_of, client
):
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    proposed = reverse("follow-by-mail", args=[sign_proposed(claire.pk, thread.pk)])
    before = Follow.objects.filter(person=claire).values().first()
    for link in (mailed, proposed):
        for page in (client.get(link), client.post(link)):
            assert page.status_code == 200 and thread.title not in page.text
            assert thread.get_absolute_url() not in page.text
    assert Follow.objects.filter(person=claire).values().first() == before


@pytest.mark.parametrize("name", ["mark-digest-read", "follow-by-mail", "thank-by-mail"])
@pytest.mark.parametrize("token", ["1_2:abc:def", "x", "1_2", "é", "1" * 4000])
def test_a_forged_link_leads_nowhere(name, token, client):
    address = reverse(name, args=[token])

    assert client.get(address).status_code == client.post(address).status_code == 404


def test_a_link_of_one_kind_is_none_of_another(thread, claire, client):
    token = sign_proposed(claire.pk, thread.pk)

    assert client.post(reverse("mark-digest-read", args=[token])).status_code == 404
    other = token.replace(f"{claire.pk}_", f"{claire.pk + 1}_", 1)
    assert client.post(reverse("follow-by-mail", args=[other])).status_code == 404


def test_an_old_link_of_a_digest_says_so_and_does_nothing(
    thread, jeanne, client, monkeypatch, viewer_of
):
    link = reverse("follow-by-mail", args=[sign_proposed(jeanne.pk, thread.pk)])
    monkeypatch.setattr(tokens, "MAX_AGE", timedelta(seconds=-1))

    for page in (client.get(link), client.post(link)):
        assert page.status_code == 410 and thread.title not in page.text
    assert not Follow.objects.filter(person=jeanne, thread=thread).exists()


def test_they_are_asked_only_so_often(mailed, client, monkeypatch):
    limit = views._LINKS.__class__("mail_link_test", "2/h/ip", counts_reading=True)
    monkeypatch.setattr(views, "_LINKS", limit)

    assert [client.get(mailed).status_code for _ in range(3)] == [200, 200, 429]


def test_the_page_is_in_the_language_of_one_s_mails(mailed, claire, client):
    save_mail_setting(claire.pk, language="en")

    page = client.get(mailed)
    assert "Mark as read" in page.text and 'lang="en"' in page.text
    assert page.headers["Content-Language"] == "en"


def test_who_has_left_has_no_links_any_more(thread, claire, mailed, client):
    link = reverse("follow-by-mail", args=[sign_proposed(claire.pk, thread.pk)])
    User.objects.filter(pk=claire.pk).update(is_active=False)

    assert client.post(link).status_code == 404
    assert thread.title not in client.get(mailed).text


def test_no_link_that_acts_is_published_with_an_answer(thread, claire):
    """A mail that is quoted below an answer holds links that any reader could press."""
    lines = [
        f"https://forum.example.org{reverse(name, args=arguments)}"
        for name, arguments in (
            ("mark-read-by-mail", [key_of(claire.pk, thread.pk).link_key, 2]),
            ("follow-by-mail", [sign_proposed(claire.pk, thread.pk)]),
            ("thank-by-mail", [tokens.sign_thanks(claire.pk, 1)]),
            ("mark-digest-read", [tokens.sign_digest(
                tokens.DigestNews(claire.pk, timezone.now(), {thread.pk: 1}))]),
            ("stop-digest", [key_of(claire.pk, thread.pk).link_key]),
        )
    ]  # fmt: skip
    text = "\n".join(["Merci.", *(f"Voir {line}" for line in lines), "À bientôt."])

    assert without_secrets(extract_reply(text)).text == "Merci.\nÀ bientôt."


# ------------------------------------------------------------------------------ in digests


@pytest.fixture
def in_digest(claire, thread):
    """Nobody but Claire has digests; she follows what she started, in hers."""
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", channel="site")
    save_mail_setting(claire.pk, channel="digest", notifications=False)


@pytest.mark.usefixtures("in_digest")
def test_a_press_marks_as_read_what_the_digest_told_and_nothing_since(
    thread, claire, jeanne, lucie, spaces, viewer_of, client
):
    other = start_thread(jeanne, spaces["network"], title="Un autre fil")
    follow_thread(other.pk, viewer_of(claire))
    for one in (thread, other):
        post_reply(jeanne, one, "Avant.")
    hide_post(post_reply(claire, thread), viewer_of(lucie), "Hors sujet.")
    Follow.objects.filter(person=claire).update(last_read_number=1)
    link = link_in(digest(claire), "l")
    post_reply(jeanne, other, "Après.")
    before = timezone.now()

    assert "C’est fait" not in client.get(link).text and read_until(claire, thread) == 1
    for _press in range(2):
        assert "C’est fait" in client.post(link).text
        assert (read_until(claire, thread), read_until(claire, other)) == (2, 2)
    claire.refresh_from_db()
    hidden_at = thread.posts.get(number=3).hidden_at
    assert hidden_at < claire.inbox_read_at < before
    mark_read(claire, timezone.now())
    later = claire.inbox_read_at
    client.post(link)
    claire.refresh_from_db()
    assert claire.inbox_read_at >= later


@pytest.mark.usefixtures("in_digest")
def test_a_thread_that_had_a_mail_of_its_own_is_not_read_with_the_digest(
    thread, claire, jeanne, spaces, viewer_of, client
):
    by_mail = start_thread(jeanne, spaces["network"], title="Par courriel")
    follow_thread(by_mail.pk, viewer_of(claire))
    Follow.objects.filter(thread=by_mail).update(channel="mail")
    plan()
    for one in (thread, by_mail):
        post_reply(jeanne, one)
    deliver()
    client.post(link_in(digest(claire), "l"))

    assert (read_until(claire, thread), read_until(claire, by_mail)) == (2, 1)


@pytest.mark.usefixtures("in_digest")
def test_what_a_digest_proposes_is_followed_by_a_press(claire, jeanne, spaces, client):
    threads = [
        start_thread(jeanne, spaces["network"], title="Notre silo", kind="experience"),
        start_thread(jeanne, spaces["network"], title="Combien de vent ?"),
    ]
    Expertise.objects.create(person=claire, topic=threads[0].topic)
    sent = digest(claire)
    links = re.findall(r"https?://[^/\s]+(/f/\S+)", sent.body)
    assert len(links) == 2

    for thread, link in zip(threads, links, strict=True):
        follows = Follow.objects.filter(person=claire, thread=thread, level=Level.ALL)
        assert thread.title in client.get(link).text and not follows.exists()
        for _press in range(2):
            assert "vous suivez" in client.post(link).text and follows.count() == 1


@pytest.mark.usefixtures("in_digest")
def test_a_suspended_person_follows_nothing(thread, claire, jeanne, client):
    User.objects.filter(pk=jeanne.pk).update(suspended_at=timezone.now())
    link = reverse("follow-by-mail", args=[sign_proposed(jeanne.pk, thread.pk)])
    page = client.post(link)

    assert page.status_code == 200 and thread.title not in page.text
    assert not Follow.objects.filter(person=jeanne, thread=thread).exists()
