"""Whatever happens between a post and its mail: nobody is mailed what they may not read then.

After each event the worker may plan, or send what is planned, and a person's digest may be due.
What it sends is held to what the database says at that moment. A mail of a post: it is seen by
whom it is to, not theirs, unread, not by somebody they have muted, and was not mailed to them
before. A digest names no thread, and quotes no post, that its reader does not see; nor does the
inbox, nor does anything come of a subscription to what its person does not see. A mail to the
address of a space is published in the thread that it answers, if its writer sees it, else not.
"""

from contextlib import suppress
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.organisations.actions import end_seat
from accounts.viewers.viewers import viewer_of_person
from forum.base.markup import plain_text
from forum.conversation.follows.actions import follow_thread, mark_read, unfollow_thread
from forum.conversation.follows.models import Channel, Level
from forum.conversation.follows.queries import threads_with_news
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.conversation.follows.unread import unread_count
from forum.conversation.mutes.actions import mute_person
from forum.conversation.mutes.models import Mute
from forum.conversation.threads.edits.actions import delete_post
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.actions import (
    begin_digests,
    plan_due_digests,
    schedule_digests,
    send_next_digest,
)
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.mail import message_id
from forum.mail.thread_mail.models import MailSetting
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.models import Follow, Post, Space, Thread
from forum.moderation.actions import hide_post, restore_post
from tests import factories
from tests.forum.mail.thread_mail.helpers import plan, send
from tests.forum.mail.thread_mail.test_new_threads import prove, written
from tests.scenes import open_scene
from tests.stateful import UndoneMachine, run_lives

WRITERS = ["projects", "authorities", "group", "animator"]
#: Spaces whose address is that of an old list.
LISTS = ["network", factories.PROJECTS]
writers, numbers = st.sampled_from(WRITERS), st.integers(0, 9)
channels = st.sampled_from(Channel.values)


def create_world():
    """The cast, and a thread that all who read it follow, with an unread reply."""
    made = factories.create_all()
    people, network = made.people, made.spaces["network"]
    thread = factories.start_thread(people.projects, network, tags=[])
    for name in WRITERS:
        with suppress(PermissionDenied):
            follow_thread(thread.pk, viewer_of_person(getattr(people, name)))
    factories.post_reply(people.group, thread)
    for number, name in enumerate(WRITERS):
        channel = "digest" if number % 2 else "mail"
        save_mail_setting(getattr(people, name).pk, digest="daily", channel=channel)
    for name in LISTS:
        made.spaces[name].mail_address = f"{name}@listes.exemple.fr"
        made.spaces[name].save()
    for name in WRITERS:
        prove(getattr(people, name))
    return SimpleNamespace(people=people, spaces=made.spaces, topics=made.topics)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What every life begins with."""
    with open_scene(django_db_blocker, create_world) as made:
        yield made


class Life(UndoneMachine):
    """A forum whose threads are followed, and whose worker comes by now and then."""

    def __init__(self, world):
        super().__init__()
        vars(self).update(vars(deepcopy(world)))
        self.told, self.written = set(), []
        mail.outbox = []
        plan()

    def person(self, name):
        return getattr(self.people, name)

    @rule(writer=writers, number=numbers)
    def reply(self, writer, number):
        if thread := self.one(Thread.objects, number):
            self.attempt(factories.post_reply, self.person(writer), thread)

    @rule(writer=writers, space=st.sampled_from(["network", "group", factories.PROJECTS]))
    def start(self, writer, space):
        self.attempt(
            factories.start_thread, self.person(writer), self.spaces[space], tags=[],
            title=f"Un fil de plus, le numéro ({Thread.objects.count()})",
        )  # fmt: skip

    @rule(writer=writers, number=numbers, follows=st.booleans())
    def follow(self, writer, number, follows):
        if thread := self.one(Thread.objects, number):
            action = follow_thread if follows else unfollow_thread
            self.attempt(action, thread.pk, viewer_of_person(self.person(writer)))

    @rule(writer=writers, number=numbers)
    def read(self, writer, number):
        if thread := self.one(Thread.objects, number):
            mark_read(thread.pk, {self.person(writer).pk: thread.post_count})

    @rule(number=numbers)
    def delete(self, number):
        if post := self.one(Post.objects, number):
            self.attempt(delete_post, post, viewer_of_person(post.author))

    @rule(number=numbers)
    def hide(self, number):
        if post := self.one(Post.objects.filter(hidden_at=None), number):
            animator = viewer_of_person(self.people.animator)
            self.attempt(hide_post, post, animator, "Hors charte.")

    @rule(number=numbers)
    def restore(self, number):
        if post := self.one(Post.objects.filter(hidden_at__isnull=False), number):
            self.attempt(restore_post, post, viewer_of_person(self.people.animator))

    @rule(number=numbers, space=st.sampled_from(["network", factories.SUPPORT]))
    def move(self, number, space):
        if thread := self.one(Thread.objects, number):
            animator = viewer_of_person(self.people.animator)
            self.attempt(factories.move_thread, thread, animator, self.spaces[space])

    @rule(writer=writers, other=writers)
    def mute(self, writer, other):
        if writer != other:
            actor = viewer_of_person(self.person(writer))
            self.attempt(mute_person, self.person(other).pk, actor)

    @rule(writer=writers, channel=channels)
    def choose(self, writer, channel):
        save_mail_setting(self.person(writer).pk, channel=channel)

    @rule(writer=writers, level=st.sampled_from(Level.values), channel=channels)
    def subscribe_to_the_topic(self, writer, level, channel):
        actor = viewer_of_person(self.person(writer))
        self.attempt(subscribe, "topic", self.topics[0].pk, actor, level, channel)

    @rule(writer=writers, channel=channels, space=st.sampled_from(["group", factories.SUPPORT]))
    def subscribe_to_a_space(self, writer, channel, space):
        actor = viewer_of_person(self.person(writer))
        with suppress(Space.DoesNotExist):
            subscribe("space", self.spaces[space].pk, actor, Level.ALL, channel)

    @rule(writer=st.sampled_from(["projects", "authorities"]))
    def lose_a_seat(self, writer):
        if seat := self.person(writer).seats.filter(ended_at=None).first():
            self.attempt(end_seat, seat, self.people.animator)

    @rule(writer=writers, answered=numbers, space=st.sampled_from(LISTS), lost=st.booleans())
    def write_to_a_list(self, writer, answered, space, lost):
        """What comes of it answers what was there, in a thread that its writer sees."""
        person, number = self.person(writer), Post._base_manager.count() + len(self.written)
        pks = list(Post._base_manager.order_by("pk").values_list("pk", flat=True))
        pk = 10**9 if lost else pks[answered % len(pks)]
        raw = written(
            person, f"À la liste, numéro {number}", f"Un mot, le numéro {number}.",
            message_id=f"<{number}.{len(self.written)}@a>", In_Reply_To=message_id(pk),
        )  # fmt: skip
        self.written.append(number)
        before = set(pks)
        receive_mail(raw, f"{space}@listes.exemple.fr")
        viewer = viewer_of_person(person)
        for post in Post._base_manager.exclude(pk__in=before):
            assert post.author == person and post.thread.posts.filter(pk=pk).exists()
            assert Thread.objects.visible_to(viewer).filter(pk=post.thread_id).exists()

    @rule()
    def plan_mails(self):
        plan()

    @rule()
    def send_mails(self):
        before = len(mail.outbox)
        send()
        for one in mail.outbox[before:]:
            self.check(one)

    @rule(writer=writers)
    def send_a_digest(self, writer):
        person = self.person(writer)
        begin_digests(), schedule_digests()
        MailSetting.objects.filter(person=person).update(next_digest_at=timezone.now())
        plan_due_digests()
        before = len(mail.outbox)
        while send_next_digest() is not None:
            pass
        for one in mail.outbox[before:]:
            assert one.to == [person.email]
            self.check_words(person, one.body + one.alternatives[0][0] + one.subject)
        again = len(mail.outbox)
        Digest.objects.update(due_at=timezone.now())
        assert send_next_digest() is None and len(mail.outbox) == again

    @rule(writer=writers)
    def open_the_inbox(self, writer):
        person = self.person(writer)
        viewer = viewer_of_person(person)
        follows = threads_with_news(viewer)
        words = [follow.thread.title for follow in follows]
        assert len(follows) == unread_count(viewer)
        self.check_words(person, "\n".join(words))

    def check_words(self, person, words):
        """``words`` name no thread, and quote no post, that ``person`` does not see now.

        A person is told why a post of their own is hidden, in the title of its thread.
        """
        viewer = viewer_of_person(person)
        seen = set(Thread.objects.visible_to(viewer).values_list("pk", flat=True))
        own = set(Post._base_manager.filter(author=person).values_list("thread", flat=True))
        for thread in Thread._base_manager.exclude(pk__in=seen | own):
            assert thread.title not in words
        read = Post.objects.visible_to(viewer).values("pk")
        for post in Post._base_manager.exclude(pk__in=read).exclude(author=person):
            assert not post.text or plain_text(post.html) not in words

    def check(self, sent):
        (address,) = sent.to
        (person,) = [it for it in vars(self.people).values() if it and it.email == address]
        post = next(it for it in Post._base_manager.all()
                    if sent.extra_headers["Message-ID"] == message_id(it.pk))  # fmt: skip
        assert Post.objects.visible_to(viewer_of_person(person)).filter(pk=post.pk).exists()
        assert post.author_id != person.pk
        follow = Follow.objects.get(person=person, thread=post.thread_id)
        assert follow.last_read_number < post.number
        assert not Mute.objects.filter(person=person, muted=post.author_id).exists()
        assert (person.pk, post.pk) not in self.told
        self.told.add((person.pk, post.pk))


@pytest.mark.lives
@pytest.mark.django_db
@pytest.mark.usefixtures("no_posting_limits")
def test_nobody_is_mailed_what_they_may_not_read_as_it_is_sent(world, settings):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    run_lives(lambda: Life(world), steps=25, examples=20)
