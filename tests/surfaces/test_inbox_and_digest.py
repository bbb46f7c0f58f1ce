"""Subscriptions, inbox and digests, for every role: what one reads now, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from forum.conversation.follows.models import Channel, Level
from forum.conversation.follows.subscriptions.actions import follow_new_threads, subscribe
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.inbox.notification import Notification
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.mentions.models import Mention, Quotation
from forum.finding.saved_searches.models import FoundPost, SavedSearch
from forum.finding.saved_searches.queries import finds_to_mail
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.actions import (
    plan_due_digests,
    schedule_digests,
    send_next_digest,
)
from forum.mail.thread_mail.models import MailSetting
from forum.mail.thread_mail.notifications.mail import compose_notifications
from forum.mail.thread_mail.welcomes.queries import welcome_question
from forum.models import Expertise, Follow, Post, Tag, Thread, Topic
from tests.factories import create_person
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import READERS, WRITER

pytestmark = pytest.mark.usefixtures("mailed_at_once")


def news_for(role, people, canaries):
    """The words of the threads that are news to ``role``: read by them, and not theirs."""
    return {
        word
        for name, word in canaries.words.items()
        if role in READERS[name] and getattr(people, WRITER[name]) != getattr(people, role)
    }


@pytest.mark.deep
@for_each_role
def test_a_subscription_to_a_topic_brings_the_threads_that_one_reads_and_no_other(
    role, canaries, people, topics, viewer_of
):
    if (person := getattr(people, role)) is None or role == "suspended":
        return
    Follow.objects.filter(person=person).delete()
    subscribe("topic", topics[0].pk, viewer_of(person), Level.ALL, Channel.SITE)
    pks = [thread.pk for thread in canaries.threads.values()]
    follow_new_threads(Thread.objects.filter(pk__in=pks).select_related("seat"))

    brought = Follow.objects.filter(person=person).values_list("thread__title", flat=True)
    words = {title.removeprefix("Titre ") for title in brought}
    assert words == news_for(role, people, canaries)


@pytest.mark.deep
@for_each_role
def test_one_subscribes_to_what_one_knows_of_and_the_rest_is_not_there(
    role, canaries, people, client_of, spaces, visit
):
    if (person := getattr(people, role)) is None or role == "suspended":
        return
    client = client_of(role)
    for name, space in spaces.items():
        tag = Tag.objects.get(name=canaries.words[name])
        for kind, target in (("space", space), ("tag", tag)):
            page = reverse("subscription", args=[kind, target.pk])
            missing = reverse("subscription", args=[kind, 10**6])
            answer = visit(role, page)
            assert answer.status == (200 if role in READERS[name] else 404), (kind, name)
            if role in READERS[name]:
                continue
            assert body(answer) == body(visit(role, missing)), (kind, name)
            client.post(page, {"level": "all", "channel": "mail"})
            assert not Subscription.objects.filter(person=person).exists(), (kind, name)


@pytest.mark.deep
@for_each_role
def test_what_one_once_subscribed_to_is_named_only_while_one_knows_of_it(
    role, canaries, people, client_of, spaces
):
    if (person := getattr(people, role)) is None or role == "suspended":
        return
    Subscription.objects.bulk_create(
        Subscription(person=person, tag=Tag.objects.get(name=word))
        for word in canaries.words.values()
    )
    hidden = {word for name, word in canaries.words.items() if role not in READERS[name]}
    # What brought a thread that one reads may be a tag that one sees no more.
    brought = Subscription.objects.filter(person=person, tag__name__in=hidden).first()
    Follow.objects.filter(person=person).update(subscription=brought, last_read_number=0)
    for name in ("subscriptions", "inbox", "mail-settings", "follows"):
        text = client_of(role).get(reverse(name)).text
        assert {word for word in hidden if word in text} == set(), name


@pytest.mark.deep
@for_each_role
def test_the_inbox_and_the_digest_tell_of_what_one_reads_and_of_nothing_else(
    role, canaries, people, client_of
):
    if (person := getattr(people, role)) is None:
        return
    for thread in canaries.threads.values():
        defaults = {"last_read_number": 0, "level": Level.ALL, "channel": Channel.DIGEST}
        Follow.objects.update_or_create(person=person, thread=thread, defaults=defaults)
    if role != "suspended":
        text = client_of(role).get(reverse("inbox")).text
        told = {word for word in canaries.words.values() if f"Titre {word}" in text}
        assert told == news_for(role, people, canaries)

    save_mail_setting(person.pk, digest="daily")
    schedule_digests()
    MailSetting.objects.exclude(person=person).update(next_digest_at=None)
    MailSetting.objects.filter(person=person).update(next_digest_at=timezone.now())
    plan_due_digests()
    mail.outbox.clear()
    while send_next_digest() is not None:
        pass
    text = "".join(one.subject + one.body + one.alternatives[0][0] for one in mail.outbox)
    told = {word for word in canaries.words.values() if word in text}
    expected = set() if role == "suspended" else news_for(role, people, canaries)
    readable = {word for name, word in canaries.words.items() if role in READERS[name]}
    assert expected <= told <= readable
    assert role != "suspended" or not mail.outbox


@pytest.mark.deep
@for_each_role
def test_whom_a_post_names_is_told_where_they_read_it_and_names_are_suggested_there_alone(
    role, canaries, people, visit, viewer_of
):
    suggestions = reverse("name-suggestions")
    missing = visit(role, f"{suggestions}?q=claire&thread={10**6}")
    for name, thread in canaries.threads.items():
        answers = [
            visit(role, f"{suggestions}?q=claire&{where}")
            for where in (f"thread={thread.pk}", f"space={thread.space.slug}")
        ]
        if role in READERS[name]:
            assert {it.status for it in answers} == {200}, name
        else:
            assert {it.status for it in answers} == {missing.status}, name
            assert {body(it) for it in answers} == {body(missing)}, name
    if (person := getattr(people, role)) is None or role == "suspended":
        return
    Mention.objects.bulk_create(
        Mention(post=thread.posts.get(number=1), person=person)
        for thread in canaries.threads.values()
    )
    told = {
        word
        for one in notifications_of(person, viewer_of(person))
        for word in canaries.words.values()
        if "vous nomme" in one.text and word in one.text
    }
    assert told == news_for(role, people, canaries)


@pytest.mark.deep
@for_each_role
def test_the_mail_of_a_notification_brings_posts_that_one_reads_and_no_other(
    role, canaries, people, viewer_of
):
    """Whatever it was told of; and the welcome that stands under it names no other thread."""
    if (person := getattr(people, role)) is None:
        return
    told = set()
    for thread in canaries.threads.values():
        post = thread.posts.get(number=1)
        about = {"post": post, "is_welcome": True}
        notification = Notification(timezone.now(), "Un avis.", "/avis/", **about)
        sent = compose_notifications([notification], viewer_of(person), person, 1, "key")
        text = sent.body + sent.alternatives[0][0]
        told |= {word for word in canaries.words.values() if word in text}
    readable = {word for name, word in canaries.words.items() if role in READERS[name]}
    assert told and told <= readable


@pytest.mark.deep
@for_each_role
def test_what_follows_a_welcome_is_of_threads_that_one_reads_and_of_no_other(
    role, canaries, people, viewer_of
):
    """However many there are: each is sent, then is one that its person knows."""
    if (person := getattr(people, role)) is None:
        return
    Follow.objects.filter(person=person).delete()
    Thread.objects.update(removed_reply_count=1)  # So none has an answer.
    for topic in Topic.objects.all():
        Expertise.objects.get_or_create(person=person, topic=topic)
    told = set()
    while post := welcome_question(viewer_of(person)):
        told.add(post.thread.title.removeprefix("Titre "))
        Follow.objects.create(person=person, thread=post.thread)
    assert told <= news_for(role, people, canaries)
    assert told or role != "projects"


@pytest.mark.deep
@for_each_role
def test_whom_a_post_quotes_or_answers_is_told_where_they_read_it_and_nowhere_else(
    role, canaries, people, viewer_of
):
    if (person := getattr(people, role)) is None or role == "suspended":
        return

    def write(author, thread):
        about = {"number": 900, "text": "Oui.", "html": "Oui.", "idempotency_key": uuid4()}
        return Post.objects.create(author=author, thread=thread, **about)

    threads = list(canaries.threads.values())
    own = write(person, threads[0])
    posts = [thread.posts.get(number=1) for thread in threads]
    Quotation.objects.bulk_create(Quotation(post=post, quoted=own) for post in posts)

    def told(verb):
        return {
            word
            for one in notifications_of(person, viewer_of(person))
            for word in canaries.words.values()
            if verb in one.text and word in one.text
        }

    assert told("vous cite") == news_for(role, people, canaries)

    own.delete()
    Thread.objects.filter(pk__in=[one.pk for one in threads]).update(
        author=person, kind="question"
    )
    other = create_person("Personne autre")
    for thread in threads:
        follow = {"level": Level.NAMED, "last_read_number": 0}
        Follow.objects.update_or_create(person=person, thread=thread, defaults=follow)
        write(other, thread)
    readable = {word for name, word in canaries.words.items() if role in READERS[name]}
    assert told("répond dans") == readable


@for_each_role
def test_a_mail_of_a_saved_search_counts_what_one_reads_and_nothing_else(
    role, canaries, people, viewer_of
):
    if (person := getattr(people, role)) is None:
        return
    search, now = SavedSearch.objects.create(person=person, query="Titre"), timezone.now()
    FoundPost.objects.bulk_create(
        FoundPost(saved_search=search, post=thread.posts.get(number=1), found_at=now)
        for thread in canaries.threads.values()
    )
    after = now - timedelta(hours=1)
    finds = finds_to_mail(viewer_of(person), list(Channel), after)

    readable = {name for name in canaries.threads if role in READERS[name]}
    assert sum(one.thread_count for one in finds) == len(readable)
