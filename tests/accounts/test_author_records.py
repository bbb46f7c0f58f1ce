"""What the law asks to keep of authors is kept, apart, encrypted, and for its time only."""

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.author_records.actions import delete_old_records, open_records
from accounts.author_records.cipher import decrypt
from accounts.author_records.middleware import SOURCE
from accounts.author_records.models import AuthorRecord, Category
from accounts.closing.actions import ask_to_close
from accounts.moderation_log.models import ModerationLogEntry
from forum.members.closing.actions import close_account
from forum.models import Post
from tests import factories
from tests.clients import create_session

pytestmark = pytest.mark.django_db
KEY, REASON = "une-cle-de-trente-deux-caracteres-et-plus", "Réquisition 2026-118 du procureur"
VISITOR = {"REMOTE_ADDR": "203.0.113.7", "REMOTE_PORT": "50123"}


@pytest.fixture(autouse=True)
def keys(settings):
    """Records are kept, as in production."""
    settings.FORUM_AUTHOR_RECORDS_KEYS = [KEY]
    return settings


@pytest.fixture
def reply(thread, jeanne, browser_of):
    """Jeanne replies from her connection; the post."""
    page, address = browser_of(jeanne), reverse("replies", args=[thread.pk])
    sent = {"text": "Chez nous, la régie.", "idempotency_key": uuid4()}
    assert page.post(address, sent, **VISITOR).status_code == 302
    return Post.objects.get(author=jeanne)


def opened(**about):
    """The categories, operations and values that opening gives."""
    return [
        (row.category, row.operation, values)
        for row, values in open_records(by="Ada, exploitante", reason=REASON, **about)
    ]


def test_where_each_message_came_from_is_kept_and_nowhere_else(reply, jeanne, browser_of):
    page = browser_of(jeanne)
    edited = {"text": "Chez nous, une régie.", "version": 1}
    page.post(reverse("edit-post", args=[reply.pk]), edited, **VISITOR | {"REMOTE_PORT": "9"})
    page.post(reverse("delete-post", args=[reply.pk]), **VISITOR)

    found = opened(post_id=reply.pk)

    assert [operation for _of, operation, _values in found] == ["posted", "edited", "deleted"]
    assert {of for of, *_rest in found} == {Category.CONNECTION}
    assert {values["address"] for *_of, values in found} == {"203.0.113.7"}
    assert [values["port"] for *_of, values in found] == ["50123", "9", "50123"]
    row = AuthorRecord.objects.first()
    assert (row.person_id, row.at) == (jeanne.pk, reply.created_at)
    assert "203.0.113" not in row.content
    assert not Post.objects.exclude(source="").exists()


def test_a_thread_has_its_record_too_and_a_get_has_none(claire, spaces, topics, browser_of):
    form = {
        "kind": "question", "title": "Quelle chaufferie ?", "text": "Nous hésitons encore.",
        "topic": "bois-energie", "space": "reseau", "tags": "", "idempotency_key": uuid4(),
    }  # fmt: skip
    page = browser_of(claire)
    page.get("/", **VISITOR)
    assert page.post(reverse("new-thread"), form, **VISITOR).status_code == 302
    assert AuthorRecord.objects.get().post_id == Post.objects.get().pk


def test_a_reply_costs_no_query_more(thread, jeanne, browser_of, keys):
    page, address, costs = browser_of(jeanne), reverse("replies", args=[thread.pk]), []
    for used in ([], [], [KEY]):  # The first reply begins to follow.
        keys.FORUM_AUTHOR_RECORDS_KEYS = used
        sent = {"text": f"Réponse {len(costs)}", "idempotency_key": uuid4()}
        with CaptureQueriesContext(connection) as queries:
            assert page.post(address, sent, **VISITOR).status_code == 302
        costs.append(len(queries))
    assert costs[1] == costs[2]
    assert AuthorRecord.objects.count() == 1


def test_a_record_is_kept_with_its_post_or_not_at_all(thread, jeanne, browser_of):
    page, key = browser_of(jeanne), uuid4()
    for _twice in range(2):
        sent = {"text": "Chez nous, la régie.", "idempotency_key": key}
        page.post(reverse("replies", args=[thread.pk]), sent, **VISITOR)
    assert Post.objects.filter(author=jeanne).count() == AuthorRecord.objects.count() == 1


def test_behind_a_proxy_the_port_is_what_the_proxy_says(thread, jeanne, browser_of, keys):
    keys.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    head = {"HTTP_X_FORWARDED_FOR": "198.51.100.9", "HTTP_X_CLIENT_PORT": "41000"}
    sent = {"text": "Chez nous, la régie.", "idempotency_key": uuid4()}
    browser_of(jeanne).post(reverse("replies", args=[thread.pk]), sent, **VISITOR, **head)
    ((_of, _operation, values),) = opened(person_id=jeanne.pk)
    assert (values["address"], values["port"]) == ("198.51.100.9", "41000")


def test_who_closes_their_account_stays_known_here_and_only_here(reply, jeanne):
    email, town = jeanne.email, jeanne.seats.get().organisation.name
    ask_to_close(jeanne, days=0)
    assert close_account(jeanne)

    jeanne.refresh_from_db()
    assert jeanne.full_name != "Jeanne Brunel"
    found = {of: values for of, _operation, values in opened(person_id=jeanne.pk)}
    assert found[Category.IDENTITY]["name"] == "Jeanne Brunel"
    assert found[Category.IDENTITY]["addresses"] == [email]
    assert found[Category.IDENTITY]["organisations"][0]["name"] == town
    assert found[Category.ACCOUNT]["joined"]
    assert {of for of, *_rest in opened(post_id=reply.pk)} == set(Category)
    assert not AuthorRecord.objects.filter(content__contains="Jeanne").exists()


def test_each_is_deleted_when_its_time_is_over(reply, jeanne, keys):
    ask_to_close(jeanne, days=0)
    close_account(jeanne)
    now, kept = timezone.now(), keys.FORUM_RETENTION
    assert (kept["author_connections"], kept["author_identities"]) == (365, 1826)

    assert delete_old_records(now + timedelta(days=364)) == 0
    assert delete_old_records(now + timedelta(days=366)) == 2
    assert AuthorRecord.objects.get().category == Category.IDENTITY
    assert delete_old_records(now + timedelta(days=1827)) == 1


def test_the_command_prints_them_and_the_log_says_who_opened_them_and_why(reply, jeanne):
    out = StringIO()
    options = {"by": "Ada Admin", "reason": REASON, "stdout": out, "stderr": StringIO()}
    call_command("open_author_records", person=jeanne.email, **options)

    line = json.loads(out.getvalue())
    assert line["values"]["address"] == "203.0.113.7" and line["post"] == reply.pk
    entry = ModerationLogEntry.objects.get()
    assert entry.action == "open_author_records"
    assert REASON in entry.reason and "Ada Admin" in entry.reason
    assert f"person {jeanne.pk}" in entry.reason
    assert entry.person is None  # Nor is she told: the law may forbid it.


@pytest.mark.parametrize("wrong", [{"by": " "}, {"reason": "comme ça"}, {"person": "x@y.fr"}])
def test_nothing_is_opened_without_a_name_and_a_reason(reply, jeanne, wrong):
    given = {"by": "Ada Admin", "reason": REASON, "person": str(jeanne.pk)} | wrong
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("open_author_records", **given, stdout=out)
    assert out.getvalue() == "" and not ModerationLogEntry.objects.exists()


def test_keys_are_turned_and_what_none_reads_is_said(reply, jeanne, keys):
    keys.FORUM_AUTHOR_RECORDS_KEYS = ["une-autre-cle-de-trente-deux-caracteres", KEY]
    assert opened(person_id=jeanne.pk)[0][2]["address"] == "203.0.113.7"
    keys.FORUM_AUTHOR_RECORDS_KEYS = ["une-autre-cle-de-trente-deux-caracteres"]
    assert opened(person_id=jeanne.pk)[0][2] is None


def test_without_a_key_nothing_is_kept_and_the_privacy_page_says_nothing(
    thread, jeanne, client, keys, browser_of
):
    said = "D’où vous avez publié"
    assert said in client.get(reverse("privacy")).text
    assert "n’enregistre pas l’adresse" not in client.get(reverse("privacy")).text

    keys.FORUM_AUTHOR_RECORDS_KEYS = []
    factories.post_reply(jeanne, thread)
    assert not AuthorRecord.objects.exists()
    assert said not in client.get(reverse("privacy")).text
    assert "n’enregistre pas l’adresse" in client.get(reverse("privacy")).text


@pytest.mark.django_db(transaction=True)
async def test_it_is_kept_where_one_process_serves_pages_and_sockets(thread, jeanne):
    key = await sync_to_async(create_session)(jeanne)
    client = AsyncClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    sent = {"text": "Chez nous, la régie.", "idempotency_key": uuid4()}
    answer = await client.post(reverse("replies", args=[thread.pk]), sent)
    assert answer.status_code == 302
    record = await AuthorRecord.objects.aget()
    assert record.person_id == jeanne.pk
    assert decrypt(record.content)["address"] == "127.0.0.1"
    assert SOURCE.get() == ""
