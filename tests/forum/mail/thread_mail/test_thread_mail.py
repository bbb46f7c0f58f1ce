"""What others write in followed threads arrives by mail: once, in time, and only to readers."""

import email
import email.policy
import re
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.conversation.follows.actions import follow_thread, mark_read
from forum.conversation.mutes.actions import mute_person
from forum.conversation.threads.edits.actions import delete_post, edit_post
from forum.mail.thread_mail import tasks
from forum.mail.thread_mail.actions import (
    RETENTION,
    Sent,
    save_mail_setting,
    send_next_mail,
)
from forum.mail.thread_mail.models import PostMail, ThreadMailKey, ThreadMailProgress
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.mail.thread_mail.replies.tasks import delete_received_mails
from forum.models import Event, Follow, Post
from forum.moderation.actions import hide_post, restore_post
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver, headers, plan, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def test_a_reply_is_mailed_to_who_follows_and_not_to_who_wrote_it(thread, claire, jeanne):
    post_reply(jeanne, thread, text="Une **chaudière** à plaquettes.")

    assert deliver() == 1
    (one,) = mail.outbox
    assert one.to == [claire.email]
    assert "Une **chaudière** à plaquettes." in one.body
    html, kind = one.alternatives[0]
    assert kind == "text/html" and "<strong>chaudière</strong>" in html


def test_it_waits_so_that_an_edit_still_counts(thread, jeanne, viewer_of):
    post = post_reply(jeanne, thread, text="Une chaudière à gaz.")
    plan()
    assert send_next_mail() is None, "not due yet"

    edit_post(post, viewer_of(jeanne), "Une chaudière à bois.", post.version)

    assert send() == 1
    assert "à bois" in mail.outbox[0].body and "à gaz" not in mail.outbox[0].body


def test_what_was_deleted_or_hidden_meanwhile_is_not_sent(thread, jeanne, lucie, viewer_of):
    deleted, hidden = post_reply(jeanne, thread), post_reply(jeanne, thread)
    plan()
    delete_post(deleted, viewer_of(jeanne))
    hide_post(hidden, viewer_of(lucie), "Hors sujet.")

    assert deliver() == 0


def test_what_was_read_on_the_site_meanwhile_is_not_sent(thread, claire, jeanne):
    post = post_reply(jeanne, thread)
    plan()
    mark_read(thread.pk, {claire.pk: post.number})

    assert send() == 0


def test_rights_are_asked_as_it_is_sent(thread, jeanne, lucie, spaces, viewer_of):
    post_reply(jeanne, thread)
    plan()
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert send() == 0


def test_who_follows_no_more_or_wants_no_mail_gets_none(thread, claire, jeanne):
    post_reply(jeanne, thread)
    plan()
    save_mail_setting(claire.pk, channel="site")
    assert send() == 0

    save_mail_setting(claire.pk, channel="mail")
    post_reply(jeanne, thread)
    plan()
    Follow.objects.filter(person=claire).delete()
    assert send() == 0


def test_what_a_muted_person_writes_is_not_mailed(thread, claire, jeanne, viewer_of):
    mute_person(jeanne.pk, viewer_of(claire))
    post_reply(jeanne, thread)

    assert deliver() == 0


def test_looked_at_twice_it_is_sent_once(thread, jeanne):
    post = post_reply(jeanne, thread)
    assert deliver() == 1

    ThreadMailProgress.objects.update(last_event=0)
    Event.objects.create(thread=thread, seq=99, post=post)

    assert deliver() == 0


def test_what_was_written_before_anything_was_mailed_is_mailed_to_nobody(thread, jeanne):
    ThreadMailProgress.objects.all().delete()
    post_reply(jeanne, thread)

    assert deliver() == 0


@pytest.fixture
def server(monkeypatch):
    """A mail server that answers with an error, where it is given one."""
    answer = SimpleNamespace(error=None)
    takes = EmailBackend.send_messages

    def send_messages(self, messages):
        if answer.error:
            raise answer.error
        return takes(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return answer


def try_to_send():
    """Send the mail that waits the longest, as if it had waited."""
    PostMail.objects.filter(settled_at=None).update(due_at=timezone.now())
    return send_next_mail()


def refused(code, address):
    return SMTPRecipientsRefused({address: (code, b"no")})


def test_where_no_server_answers_all_wait(thread, jeanne, server):
    post_reply(jeanne, thread)
    plan()
    server.error = SMTPServerDisconnected("gone")
    for _ in range(20):
        assert try_to_send() is Sent.NO_SERVER
    assert PostMail.objects.get().due_at > timezone.now(), "not at once again"

    server.error = None
    assert send() == 1


def test_what_a_server_refuses_for_now_is_tried_again_for_a_time(
    thread, claire, jeanne, server
):
    post_reply(jeanne, thread)
    plan()
    server.error = refused(450, claire.email)
    assert try_to_send() is Sent.DELAYED

    for _ in range(20):
        try_to_send()
    assert PostMail.objects.get().settled_at is not None
    assert not PostMail.objects.get().was_sent


def test_an_address_that_is_refused_is_not_tried_again(thread, claire, jeanne, server):
    post_reply(jeanne, thread)
    plan()
    server.error = refused(550, claire.email)

    assert try_to_send() is Sent.REFUSED
    one = PostMail.objects.get()
    assert one.settled_at is not None and one.was_refused and not one.was_sent


@pytest.mark.parametrize(
    ("error", "ended", "left"),
    [
        (ValueError("bad header"), Sent.DELAYED, 2),
        (SMTPDataError(554, b"spam"), Sent.REFUSED, 1),
    ],
)
def test_a_mail_that_cannot_be_sent_keeps_no_other_back(
    thread, jeanne, server, error, ended, left
):
    post_reply(jeanne, thread)
    post_reply(jeanne, thread)
    plan()
    server.error = error
    assert try_to_send() is ended

    server.error = None
    assert send() == left


def test_no_lock_is_held_while_a_server_is_waited_for(thread, jeanne, monkeypatch):
    post_reply(jeanne, thread)
    plan()
    blocks = []
    atomic_blocks = connection.savepoint_ids

    def send_messages(self, messages):
        blocks.append(len(atomic_blocks))
        return len(messages)

    before = len(atomic_blocks)
    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    assert try_to_send() is Sent.SENT
    assert blocks == [before]


def test_a_post_that_is_shown_again_is_mailed(thread, jeanne, lucie, viewer_of):
    post = post_reply(jeanne, thread)
    plan()
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    assert send() == 0

    restore_post(post, viewer_of(lucie))
    assert deliver() == 1


def test_a_post_that_is_approved_late_is_mailed(thread, jeanne):
    post = post_reply(jeanne, thread)
    long_ago = timezone.now() - timedelta(days=3)
    Post.objects.filter(pk=post.pk).update(created_at=long_ago, approved_at=timezone.now())

    assert deliver() == 1


def test_planning_costs_the_same_for_one_follower_and_for_many(
    thread, jeanne, people, viewer_of
):
    def cost():
        post_reply(jeanne, thread)
        with CaptureQueriesContext(connection) as queries:
            plan()
        return len(queries)

    alone = cost()
    for person in (people.support, people.authorities, people.group, people.animator):
        follow_thread(thread.pk, viewer_of(person))

    assert cost() == alone
    assert PostMail.objects.filter(post__number=3).count() > 1


def test_what_was_sent_is_forgotten_after_thirty_days(thread, jeanne):
    post_reply(jeanne, thread)
    deliver()
    tasks.delete_settled_mails.call()
    assert PostMail.objects.count() == 1

    PostMail.objects.update(settled_at=timezone.now() - RETENTION - timedelta(minutes=1))
    tasks.delete_settled_mails.call()
    assert not PostMail.objects.exists()


# --------------------------------------------------------------------- what the mail looks like


def test_headers_are_those_of_a_list_that_one_leaves_in_a_click(thread, jeanne):
    message, _mail = headers(thread, jeanne)

    stop = message["List-Unsubscribe"].strip("<>")
    assert stop.endswith(f"/c/{ThreadMailKey.objects.get().link_key}/") and len(stop) < 75
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[a-z0-9-]+\.[a-z0-9.-]+>", message["List-Id"])
    assert (message["Auto-Submitted"], message["Precedence"]) == ("auto-generated", "list")
    assert all(len(line) <= 998 for line in message.as_bytes().splitlines())
    assert not re.search(rb"^List-[\w-]+:.*=\?utf", message.as_bytes(), re.MULTILINE)


def test_mails_of_a_thread_are_threaded(thread, jeanne):
    one, _mail = headers(thread, jeanne)
    other, _mail = headers(thread, jeanne)

    first = f"<post-{thread.posts.get(number=1).pk}@localhost>"
    assert one["In-Reply-To"] == one["References"] == other["References"] == first
    assert other["In-Reply-To"] == f"{first} {one['Message-ID']}"
    assert one["Subject"].startswith("Re: ")


def test_nobodys_address_is_shown_but_the_readers(thread, claire, jeanne):
    message, sent = headers(thread, jeanne)

    assert str(jeanne) in sent.from_email and "via Foirail" in sent.from_email
    assert jeanne.email not in message.as_string()
    assert message["To"] == claire.email


def test_a_title_with_breaks_or_very_long_is_one_line_of_the_subject(claire, jeanne, spaces):
    long = start_thread(claire, spaces["network"], title="Très " * 28, tags=[])
    plan()
    message, _mail = headers(long, jeanne)

    assert "\n" not in str(message["Subject"]).replace("\n ", "")
    assert len(mail.outbox[-1].subject) <= 124


def test_links_of_a_post_lead_to_the_site_and_styles_stand_beside(thread, jeanne):
    links = "[ici](/fils/1/), [là](#post-1)"
    post_reply(jeanne, thread, text=f'{links}\n\n> cité\n\n`<a href="/x/">`')
    deliver()
    html = mail.outbox[0].alternatives[0][0]

    addresses = re.findall(r'<a href="([^"]*)"', html)
    assert len(addresses) > 3 and all("://" in one for one in addresses)
    assert '&lt;a href="/x/"' in html, "what is code stays as it is"
    assert "<style" not in html and 'style="' in html
    assert "<img" not in html, "it asks nothing of anybody"


@pytest.mark.parametrize(
    "title",
    [
        "Quelle chaudière\u2028pour nous ?",
        "A\x0bB \x85 C",
        "=?utf-8?q?a=0Ab?= et =?x",
        "«" * 100,
    ],
)
def test_no_title_breaks_a_header(title, claire, jeanne, spaces):
    odd = start_thread(claire, spaces["network"], title=title, tags=[])
    plan()
    message, _mail = headers(odd, jeanne)

    raw = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert raw["List-Id"] and "\n" not in raw["Subject"] and raw["Subject"].startswith("Re: ")


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?a=0Ab?= Dupont",
        "=?utf-8?q?Admin_=3Cx=40y=2Efr=3E?=",
        'Zoé, la "chef" <x@y.fr>',
    ],
)
def test_no_name_is_an_address(name, thread, jeanne):
    type(jeanne).objects.filter(pk=jeanne.pk).update(full_name=name)
    message, _mail = headers(thread, jeanne)

    raw = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    (sender,) = raw["From"].addresses
    assert sender.addr_spec == "ne-pas-repondre@localhost"


def test_it_is_in_the_language_one_chose(thread, claire, jeanne):
    save_mail_setting(claire.pk, language="en")
    _message, sent = headers(thread, jeanne)

    assert "Read and answer" in sent.body and "Lire et répondre" not in sent.body


# --------------------------------------------------------------------------------- the worker


def test_the_worker_plans_and_sends_and_stops_where_no_server_answers(
    thread, jeanne, server, monkeypatch
):
    monkeypatch.setattr("forum.mail.thread_mail.tasks.SETTLED", timedelta(0))
    for _ in range(2):
        post_reply(jeanne, thread)
    tasks.mail_posts.func()
    assert PostMail.objects.count() == 2 and mail.outbox == []

    PostMail.objects.update(due_at=timezone.now())
    server.error = SMTPServerDisconnected("gone")
    tasks.mail_posts.func()
    assert list(PostMail.objects.values_list("attempts", flat=True).order_by("pk")) == [1, 0]

    server.error = None
    PostMail.objects.update(due_at=timezone.now())
    tasks.mail_posts.func()
    assert len(mail.outbox) == 2


def test_the_worker_forgets_what_is_old(thread, claire, jeanne):
    post_reply(jeanne, thread)
    deliver()
    long_ago = timezone.now() - 2 * RETENTION
    PostMail.objects.update(settled_at=long_ago)
    ReceivedMail.objects.create(person=claire, message_id="<1@a>", outcome="held", raw=b"")
    ReceivedMail.objects.update(received_at=long_ago)

    tasks.delete_settled_mails.func()
    delete_received_mails.func()

    assert not PostMail.objects.exists() and not ReceivedMail.objects.exists()
