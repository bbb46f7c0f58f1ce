"""Mail of followed threads, for every role: what one reads at that moment, and nothing else."""

from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from forum.base.spaces.new_thread_addresses import new_thread_address
from forum.conversation.follows.models import Follow
from forum.mail.thread_mail.actions import key_of
from forum.mail.thread_mail.mail import message_id
from forum.mail.thread_mail.mail_links.tokens import sign_proposed, sign_thanks
from forum.mail.thread_mail.models import PostMail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to, answer_to_address
from forum.models import Space, Thread
from tests.factories import post_reply
from tests.forum.mail.thread_mail.helpers import answer, plan, send
from tests.forum.mail.thread_mail.test_new_threads import prove, written
from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import ONLY_READ, READERS, SIGNATORIES, WRITER

pytestmark = pytest.mark.usefixtures("no_posting_limits")


@pytest.mark.deep
@for_each_role
def test_a_mail_brings_what_one_reads_even_where_one_once_followed_more(role, canaries, people):
    if (person := getattr(people, role)) is None:
        return  # No mail reaches a guest.
    plan()
    mail.outbox.clear()
    # In the room of an archived group nobody writes any more.
    threads = {name: it for name, it in canaries.threads.items() if name != "archive"}
    for name, thread in threads.items():
        Follow.objects.update_or_create(
            person=person, thread=thread, defaults={"last_read_number": 0}
        )
        post_reply(getattr(people, WRITER[name]), thread, f"{canaries.words[name]} {uuid4()}")
    plan()
    PostMail.objects.exclude(person=person).delete()  # Others are mailed in their turn.
    send()

    told = [one.subject + one.body for one in mail.outbox if one.to == [person.email]]
    for name in threads:
        is_mailed = any(canaries.words[name] in text for text in told)
        is_reader = role in READERS[name] and role != "suspended"
        assert is_mailed == (is_reader and getattr(people, WRITER[name]) != person), name


@pytest.mark.deep
@for_each_role
def test_neither_a_link_in_a_mail_nor_an_answer_tells_of_what_one_does_not_read(
    role, canaries, people, client_of
):
    if (person := getattr(people, role)) is None:
        return
    for name, thread in canaries.threads.items():
        key, word = key_of(person.pk, thread.pk), canaries.words[name]
        first = thread.posts.get(number=1)
        Follow.objects.get_or_create(person=person, thread=thread)
        for link in (
            reverse("stop-mail", args=[key.link_key]),
            reverse("mark-read-by-mail", args=[key.link_key, 1]),
            reverse("follow-by-mail", args=[sign_proposed(person.pk, thread.pk)]),
            reverse("thank-by-mail", args=[sign_thanks(person.pk, first.pk)]),
        ):
            page, is_seen = client_of(role).get(link), role in READERS[name]
            assert page.status_code == 200 and (word in page.text) == is_seen, (name, link)

        mail.outbox.clear()
        count = thread.posts.count()
        raw = answer(person, message_id=f"<{name}@example.org>").as_bytes()
        receive_mail(raw, f"reponse+{key.key}@forum.example.org")
        if role not in READERS[name]:
            assert thread.posts.count() == count, name
            assert all(word not in one.subject + one.body for one in mail.outbox), name


@pytest.mark.deep
@for_each_role
def test_a_mail_to_a_space_starts_a_thread_where_one_writes_and_else_tells_nothing(
    role, canaries, people, settings
):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    if (person := getattr(people, role)) is None:
        return
    prove(person)
    for name, thread in canaries.threads.items():
        mail.outbox.clear()
        count = Thread._base_manager.filter(space=thread.space).count()
        raw = written(person, message_id=f"<{name}@example.org>")
        result = receive_mail(raw, new_thread_address(thread.space.slug))
        started = Thread._base_manager.filter(space=thread.space).count() > count
        is_reader = role in READERS[name]
        may_write = is_reader and role in SIGNATORIES and (role, name) not in ONLY_READ
        assert started == may_write, name
        if not is_reader:
            assert result == "unknown address" and mail.outbox == [], name


@pytest.mark.deep
@for_each_role
def test_a_mail_to_the_own_address_of_a_space_does_as_one_may_there_and_else_tells_nothing(
    role, canaries, people, settings
):
    """It answers what it names, else starts a thread; what one does not read is not there."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    if (person := getattr(people, role)) is None:
        return
    prove(person)
    for name, thread in canaries.threads.items():
        address, about = f"{name}@listes.exemple.fr", {"message_id": f"<{name}@example.org>"}
        Space._base_manager.filter(pk=thread.space_id).update(mail_address=address)
        assert answer_to_address(address) is ServerAnswer.TAKEN
        count = Thread._base_manager.filter(space=thread.space).count()
        raw = written(person, **about)
        result, is_reader = answer_to(raw, address), role in READERS[name]
        started = Thread._base_manager.filter(space=thread.space).count() > count
        may_write = is_reader and role in SIGNATORIES and (role, name) not in ONLY_READ
        assert started == may_write, name

        mail.outbox.clear()
        count, first = thread.posts.count(), message_id(thread.posts.order_by("pk")[0].pk)
        about = {"message_id": f"<r.{name}@example.org>", "In_Reply_To": first}
        answers = answer_to(written(person, f"Re: {name} et autre", **about), address)
        assert thread.posts.count() <= count + may_write, name
        if not is_reader:
            assert result is answers is ServerAnswer.UNKNOWN_ADDRESS and mail.outbox == [], name
