"""Rights are asked under the lock: what was taken away while one waited is gone."""

import threading

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.charter import hash_chain
from accounts.charter.actions import VersionSuperseded, sign_charter
from accounts.models import Signature, User
from forum.base.rules import Refused
from forum.models import Post, Thread
from tests import factories


@pytest.fixture
def suspend():
    """Suspend a person, as another session does meanwhile."""

    def suspend(person, **fields):
        User.objects.filter(pk=person.pk).update(**fields or {"suspended_at": timezone.now()})

    return suspend


ACTIONS = {
    "reply": lambda person, thread: factories.post_reply(person, thread),
    "start a thread": lambda person, thread: factories.start_thread(
        person, thread.space, title="Encore une question ?"
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("closed", [{}, {"is_active": False}])
@pytest.mark.parametrize("what", ACTIONS)
def test_who_is_suspended_or_closed_since_their_page_was_sent_writes_nothing(
    what, closed, thread, jeanne, suspend, monkeypatch, viewer_of
):
    viewer = viewer_of(jeanne)
    monkeypatch.setattr(factories, "viewer_of_person", lambda person: viewer)
    suspend(jeanne, **closed)
    before = Post.objects.count()

    with pytest.raises(Refused):
        ACTIONS[what](jeanne, thread)
    assert Post.objects.count() == before


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="one writer")
@pytest.mark.django_db(transaction=True)
def test_a_reply_that_waited_while_its_author_was_suspended_is_refused(thread, jeanne, suspend):
    outcome = []

    def reply():
        try:
            outcome.append(factories.post_reply(jeanne, thread))
        except Refused as refusal:
            outcome.append(refusal)
        finally:
            connection.close()

    with transaction.atomic():
        Thread.objects.select_for_update().get(pk=thread.pk)
        waiting = threading.Thread(target=reply)
        waiting.start()
        while waiting.is_alive() and not _waits():
            pass
        User.objects.filter(pk=jeanne.pk).update(suspended_at=timezone.now())
    waiting.join(30)

    assert isinstance(outcome[0], Refused) and Post.objects.count() == 1


def _waits():
    """Whether anybody waits for a lock on this server, which no other test uses meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_a_signature_of_a_version_that_another_replaced_meanwhile_is_none(
    make_person, colleges, charter, monkeypatch
):
    person = make_person("Nadia Guérin")
    town = factories.create_seat(person, factories.AUTHORITIES, signed=False).organisation
    append = hash_chain.append

    def publish_first(about, event):
        factories.create_charter(2)  # By someone who held the register before us.
        return append(about, event)

    monkeypatch.setattr(hash_chain, "append", publish_first)
    with pytest.raises(VersionSuperseded):
        sign_charter(
            person, version=charter, organisation=town, position="Maire", authority="office",
            authority_detail="", typed_name=person.full_name,
        )  # fmt: skip
    assert not Signature.objects.filter(person=person).exists()
