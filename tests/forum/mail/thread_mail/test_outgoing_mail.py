"""Mails of a run leave over one connection, within the ceiling of the day, and are counted."""

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from forum.base.outgoing_mail.actions import send_due
from forum.base.outgoing_mail.queries import outgoing_figures, remaining_today
from forum.mail.thread_mail import actions, tasks
from forum.mail.thread_mail.mail import compose
from forum.mail.thread_mail.models import PostMail
from forum.models import Post
from tests.factories import post_reply
from tests.forum.mail.thread_mail.helpers import deliver, plan
from tests.servers import free_port

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


class Recorder:
    """What a mail server saw: connections, and whom it took mails for, but ``refused``."""

    def __init__(self):
        self.connections, self.recipients, self.refused = 0, [], 0
        self.refuses_sender = False

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refuses_sender:
            return "553 5.7.1 Sender address rejected"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.refused:
            self.refused -= 1
            return "554 5.7.1 Looks like spam"
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def server(settings):
    """A mail server on a free port, to which the site sends."""
    recorder = Recorder()
    controller = Controller(recorder, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.server.sockets[0].getsockname()[1]
    to_it = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 10},
    }
    settings.MAILERS = dict.fromkeys(settings.MAILERS, to_it)
    yield recorder
    controller.stop()


def write(thread, author, count):
    """New posts whose mails are due."""
    for _post in range(count):
        post_reply(author, thread)
    plan()
    PostMail.objects.update(due_at=timezone.now())


def test_all_mails_of_a_run_leave_over_one_connection(thread, claire, jeanne, server):
    write(thread, jeanne, 3)
    tasks.mail_posts.call()

    assert server.recipients == [claire.email] * 3
    assert server.connections == 1


def test_a_mail_that_is_refused_ends_neither_the_connection_nor_the_run(
    thread, claire, jeanne, server
):
    write(thread, jeanne, 3)
    server.refused = 1
    tasks.mail_posts.call()

    assert server.recipients == [claire.email] * 2
    assert server.connections == 1
    assert PostMail.objects.filter(was_refused=True).count() == 1


def test_where_the_server_refuses_the_site_mails_wait_until_that_is_mended(
    thread, claire, jeanne, server
):
    write(thread, jeanne, 2)
    server.refuses_sender = True
    tasks.mail_posts.call()
    assert not PostMail.objects.exclude(settled_at=None).exists()

    server.refuses_sender = False
    PostMail.objects.update(due_at=timezone.now())
    tasks.mail_posts.call()
    assert server.recipients == [claire.email] * 2


def test_a_mail_that_cannot_be_written_keeps_no_other_back_and_is_tried_again(
    thread, jeanne, monkeypatch, caplog
):
    write(thread, jeanne, 2)
    first = PostMail.objects.order_by("due_at", "pk").first()
    with monkeypatch.context() as patch:

        def fail(post, *arguments, **options):
            if post.pk == first.post_id:
                raise KeyError("fault")
            return compose(post, *arguments, **options)

        patch.setattr(actions, "compose", fail)
        tasks.mail_posts.call()
    assert len(mail.outbox) == 1 and "could not be written" in caplog.text
    PostMail.objects.update(due_at=timezone.now())
    tasks.mail_posts.call()

    assert len(mail.outbox) == 2


@pytest.mark.deep
@pytest.mark.postgresql
def test_where_others_send_too_the_ceiling_of_the_day_holds(thread, jeanne, settings):
    """Two workers see at once what may be sent: neither goes on beyond it for long."""
    settings.FORUM_MAIL_CEILING = 30
    write(thread, jeanne, 60)
    rows = list(PostMail.objects.order_by("pk").values_list("pk", flat=True))
    sent = 0

    def send():
        nonlocal sent
        sent += 1
        if sent == 5:  # Another worker's, meanwhile.
            PostMail.objects.filter(pk__in=rows[-20:]).update(
                settled_at=timezone.now(), was_sent=True
            )
        return actions.send_next_mail()

    send_due(send, 100)
    assert PostMail.objects.filter(was_sent=True).count() <= 40


def test_beyond_the_ceiling_of_the_day_mails_wait_until_midnight(thread, jeanne, settings):
    settings.FORUM_MAIL_CEILING = 2
    write(thread, jeanne, 3)
    tasks.mail_posts.call()
    assert len(mail.outbox) == 2 and remaining_today() == 0
    tasks.mail_posts.call()
    assert len(mail.outbox) == 2

    yesterday = timezone.now() - timedelta(days=1)
    PostMail.objects.exclude(settled_at=None).update(settled_at=yesterday)
    PostMail.objects.update(due_at=timezone.now())
    tasks.mail_posts.call()
    assert len(mail.outbox) == 3


def test_operators_see_what_waits_and_what_was_refused(
    thread, jeanne, lucie, browser_of, settings
):
    settings.FORUM_MAIL_CEILING = 1
    post_reply(jeanne, thread)
    deliver()
    post_reply(jeanne, thread)
    plan()
    waiting = Post.objects.latest("pk")
    late = timezone.now() - timedelta(minutes=50)
    PostMail.objects.filter(post=waiting).update(due_at=late)
    PostMail.objects.exclude(post=waiting).update(was_refused=True)

    figures = {str(one.queue): one for one in outgoing_figures()}
    one = figures["Messages des fils suivis"]
    assert (one.waiting, one.sent, one.refused, one.oldest_due_at) == (1, 1, 1, late)
    text = browser_of(lucie).get(reverse("background-tasks")).text.replace("\u00a0", " ")
    assert "Messages des fils suivis" in text and ">50 min</time>" in text
    assert "FORUM_MAIL_CEILING" in text
