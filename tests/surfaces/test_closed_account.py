"""Who closes their account is named nowhere, but where docs/decisions says so and why."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import TestCase
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.charter.hash_chain import append_missing_lines
from accounts.charter.verification import document_problems, register_problems
from accounts.closing.actions import ask_to_close
from accounts.models import Session
from accounts.users.models import FORMER_NAME
from forum.members.closing.names.models import NamePassage
from forum.members.closing.tasks import close_due_accounts, delete_old_names
from forum.models import Post, Thread
from tests.factories import PROJECTS, create_person
from tests.forum.members.closing_helpers import replace_all
from tests.surfaces.leaver import NEEDLES, POSTS, create_leaver
from tests.surfaces.tables import ALL
from tests.surfaces.test_pages import readable_addresses

#: Addresses where nobody is named but oneself, and PDFs, which take long to make.
NOBODY = re.compile(
    "account_|mfa_|socialaccount_|charter-pdf|act-templates|legal|privacy|glossary"
)
#: Who asks at every address: those who read what the leaver wrote, and who reads most beside.
#: Each other role asks for the leaver's threads, and at every third address in turn.
EVERYWHERE = {"guest", "projects", "animator"}
#: Where somebody reads what they keep for themselves, and wrote.
KEEPING = {
    ("support", f"/{page}/")
    for page in ("recherche/suivies", "brouillons", "ce-que-je-garde", "compte/mes-donnees")
}
DECISION = Path(settings.BASE_DIR) / "docs" / "decisions" / "closing-accounts.md"


def names_in(text):
    """Those of NEEDLES that are in ``text``."""
    return [needle for needle in NEEDLES if needle.casefold() in text.casefold()]


def columns_that_name():
    """``table.column`` of all that name the leaver, sessions read as they are meant."""
    found = set()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(columns, row, strict=True):
                    if value is not None and names_in(as_text(value)):
                        found.add(f"{table}.{name}")
    sessions = (json.dumps(one.get_decoded()) for one in Session.objects.all())
    return found | {"accounts_session.session_data" for text in sessions if names_in(text)}


def as_text(value):
    """A value of a column as words, bytes too."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode(errors="replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def files_that_name():
    """The stored files in which the leaver is named."""
    found = Path(settings.MEDIA_ROOT).rglob("*")
    return [it for it in found if it.is_file() and names_in(as_text(it.read_bytes()))]


@pytest.fixture
def leaver(people, spaces, topics, settings, tmp_path, no_posting_limits):
    settings.MEDIA_ROOT = str(tmp_path)
    return create_leaver(people, spaces, topics)


def documented():
    """The columns that the decision lists."""
    return set(re.findall(r"^\| `(\w+\.\w+)` \|", DECISION.read_text(), re.MULTILINE))


@pytest.mark.deep
def test_a_closed_account_is_named_only_where_the_decision_says(leaver, scene, client_of):
    before = columns_that_name()
    assert len(before) > 15 and files_that_name()
    threads = list(Thread.objects.filter(posts__author=leaver).distinct())
    members = [f"{one.get_absolute_url()}{page}" for one in threads for page in ("", "?page=2")]
    addresses = {*readable_addresses(scene.people), *members, *plain_addresses()}
    addresses.add(reverse("member", args=[leaver.pk]))
    assert names_in(client_of("projects").get(members[0]).text)  # Rendered, and kept.
    ask_to_close(leaver, days=0)
    assert close_due_accounts.call() == 1
    assert names_in(str(list(Post.objects.values_list("text", flat=True))))  # Others' words.
    decide_everywhere(scene.people)
    NamePassage.objects.update(replaced_at=timezone.now() - timedelta(days=31))
    assert delete_old_names.call() > 1

    assert columns_that_name() <= documented()
    assert files_that_name() == []
    kept = vars(cache).get("_cache", {}).items()
    assert [key for key, value in kept if names_in(f"{key}{value}")] == []
    seen = {}
    for turn, role in enumerate(sorted(ALL)):
        client, asked = client_of(role), sorted(addresses)
        for address in asked if role in EVERYWHERE else {*members, *asked[turn % 3 :: 3]}:
            savepoint = TestCase._enter_atomics()
            answer = client.get(address)
            TestCase._rollback_atomics(savepoint)
            text = b"".join(answer).decode(errors="replace")
            seen[role] = seen.get(role, 0) + text.count(FORMER_NAME)
            assert names_in(text) == [] or (role, address) in KEEPING, (role, address)
    assert all(seen[role] for role in ALL)
    assert Post.objects.filter(author=leaver).exclude(text="").count() == POSTS + 3
    assert len(mail.outbox) == 1 and (register_problems(), [*document_problems()]) == ([], [])


def decide_everywhere(people):
    """Have animators replace the name in all that they read: of two colleges."""
    for person in people.animator, create_person("Rozenn Relit", PROJECTS, is_animator=True):
        assert replace_all(person) > 1
    append_missing_lines()


def plain_addresses():
    """The addresses without an argument, on which somebody else may be named."""
    for name, (ways, *_rest) in get_resolver().reverse_dict.items():
        path, arguments = ways[0]
        if isinstance(name, str) and not arguments and not NOBODY.match(name):
            yield f"/{path}"


def test_the_decision_lists_no_column_that_is_not_there(db):
    for column in documented():
        table, _dot, name = column.partition(".")
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, table)
        assert name in {it.name for it in columns}, column
