"""Each mail ends as exactly one thing: published, answered, on the desk, refused, tried again.

What machines send may end in nothing. What is tried again comes through as if nothing had been
away, once.
"""

import random
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import OperationalError, connection, transaction
from django.test import override_settings
from hypothesis import settings as hypothesis_settings

from forum.conversation.files.models import StoredFile
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to
from forum.models import Follow, Post
from tests.factories import PROJECTS
from tests.forum.mail.thread_mail.built_mails import OURS, built_mail
from tests.forum.mail.thread_mail.test_new_threads import prove
from tests.servers import free_port

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
LIST = "echanges@listes.exemple.fr"


@pytest.fixture
def world(settings, address, claire, jeanne, spaces, tmp_path):
    """The addresses that mails are to, those that they are from, and what can be away."""
    settings.FORUM_AUTHSERV_ID, settings.MEDIA_ROOT = OURS, str(tmp_path / "files")
    prove(claire)
    spaces["network"].mail_address = LIST
    spaces["network"].save()
    base = "reponse+{}@forum.example.org"
    people = {"own": claire.email, "other": jeanne.email, "site": settings.FORUM_REPLY_ADDRESS}
    recipients = [
        *[address] * 5, address.replace("@", "+stop@"), LIST, LIST, "nowhere@exemple.fr",
        base.format(spaces["network"].slug), base.format(spaces[PROJECTS].slug),
        base.format("aucun-espace"), base.format("abcdefghijkm"),
    ]  # fmt: skip
    away = [_files_away(tmp_path), _mail_away(settings), _database_away]
    return SimpleNamespace(people=people, recipients=recipients, away=[*[_nothing] * 6, *away])


@contextmanager
def _nothing(_chance):
    yield


def _files_away(folder):
    (folder / "taken").touch()
    return lambda _chance: override_settings(MEDIA_ROOT=str(folder / "taken"))


def _mail_away(settings):
    options = {"host": "127.0.0.1", "port": free_port()}
    nobody = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    mailers = dict.fromkeys(settings.MAILERS, nobody)
    return lambda _chance: override_settings(MAILERS=mailers)


@contextmanager
def _database_away(chance):
    """From some query on, the database answers none."""
    left = chance.randint(0, 60)

    def answer(execute, sql, *about):
        nonlocal left
        left -= 1
        if left < 0 and "SAVEPOINT" not in sql:
            raise OperationalError("away")
        return execute(sql, *about)

    with connection.execute_wrapper(answer):
        yield
    transaction.set_rollback(False)  # Else that of the test, which goes on, would be undone.


@contextmanager
def _undone():
    """What is done within is undone at the end, as after a test."""
    held = transaction.atomic()
    held._from_testcase = True  # As django.test does: actions commit inside.
    with held:
        yield
        transaction.set_rollback(True)


def end_of(built, away, chance):
    """How ``built`` ended: one word. Whatever it was, the other ends did not come about."""
    posts, mails, follows = Post._base_manager.count(), len(mail.outbox), _follows()
    with away(chance):
        answer = answer_to(built.raw, built.recipient)
    new_posts, new_mails = Post._base_manager.count() - posts, len(mail.outbox) - mails
    is_kept = QuarantinedMail.objects.filter(raw=built.raw).exists()
    assert new_posts <= 1 and not (new_posts and is_kept)
    if away is not _database_away:  # What it could not delete is swept.
        assert not StoredFile.objects.filter(post=None).exists()
    if answer is ServerAnswer.TRY_AGAIN:
        # A receipt may have been what failed; then the mail is known.
        StoredFile.objects.filter(post=None).delete()
        assert away is not _nothing
        # What a program wrote, and what has stopped a follow already, comes to no more.
        is_done = bool(new_posts) or _follows() != follows or built.is_of_machine
        with_nothing_away = end_of(built, _nothing, chance)
        return "tried again" if with_nothing_away != "nothing" or is_done else "lost"
    if answer is not ServerAnswer.TAKEN:
        assert not new_posts and not is_kept
        return "refused"
    if new_posts:
        return "published"
    if is_kept:
        return "on the desk"
    # Who stopped a thread sees that on its page, whether they can be mailed or not.
    return "answered" if new_mails or _follows() != follows else "nothing"


def _follows():
    return set(Follow.objects.values_list("person", "thread", "level"))


def ends_of(world, seeds):
    """How the mails of ``seeds`` ended; each in a world of its own, which is undone."""
    ends = Counter()
    for seed in seeds:
        chance = random.Random(-seed)
        built = built_mail(seed, world.recipients, **world.people)
        with _undone():
            end = end_of(built, chance.choice(world.away), chance)
        assert end != "lost", seed
        assert end != "nothing" or built.is_of_machine, (seed, built)
        ends[end] += 1
    return ends


def test_some_mails_each_end_as_exactly_one_thing(world):
    assert ends_of(world, range(30)).keys() > {"published", "answered", "refused"}


@pytest.mark.deep
@pytest.mark.long
@pytest.mark.no_cover  # It is the time of the processor that ends what takes too long.
def test_thousands_of_mails_each_end_as_exactly_one_thing(world):
    """Ten thousand by ``--hypothesis-profile=long``."""
    mails = 10_000 if hypothesis_settings.get_current_profile_name() == "long" else 3_000
    ends = ends_of(world, range(mails))

    assert sum(ends.values()) == mails
    assert {"published", "answered", "on the desk", "refused", "tried again"} <= ends.keys()
