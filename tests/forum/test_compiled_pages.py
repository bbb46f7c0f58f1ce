"""Pages whose queries are compiled once in a process, not at each request."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from forum.conversation.inbox.unread import _cache as unread_moments
from forum.finding.lists.listing import Listing
from forum.models import Topic
from tests.factories import join_group

OWN = ["inbox", "account", "groups", "follows", "signatories"]


@pytest.fixture
def built(monkeypatch):
    """The models whose queries Django compiles from now on."""
    models, compile_query = [], SQLCompiler.as_sql

    def noting(compiler, *args, **options):
        models.append(compiler.query.model.__name__)
        return compile_query(compiler, *args, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", noting)
    return models


def built_by_second_visit(built, client, address):
    assert client.get(address).status_code == 200
    built.clear()
    assert Topic.objects.count() and built == ["Topic"]  # It is noted.
    built.clear()
    assert client.get(address).status_code == 200
    return built


@pytest.mark.parametrize("name", OWN)
def test_a_page_of_one_s_own_compiles_no_query_again(name, claire, thread, built, browser_of):
    group = join_group(claire).group
    decided = {"outcome": "refused", "decided_at": timezone.now()}
    group.entries.create(person=claire, type="request", **decided)

    assert built_by_second_visit(built, browser_of(claire), reverse(name)) == []


def test_the_home_page_of_a_guest_compiles_no_query_again(thread, built, client):
    assert built_by_second_visit(built, client, reverse("home")) == []


def test_the_form_of_a_new_thread_compiles_again_no_query_but_those_of_choices(
    claire, spaces, built, browser_of
):
    built_again = built_by_second_visit(built, browser_of(claire), reverse("new-thread"))

    assert not {"ContributionCount", "PostDraft", "TemplateGuide"} & set(built_again)


def test_a_group_s_page_compiles_no_query_again(claire, spaces, built, browser_of):
    group = join_group(claire).group
    group.contact = claire
    group.save()

    assert built_by_second_visit(built, browser_of(claire), group.get_absolute_url()) == []


def test_the_animators_dashboard_compiles_no_query_again(lucie, topics, built, browser_of):
    assert built_by_second_visit(built, browser_of(lucie), reverse("seats")) == []


@pytest.mark.parametrize("query", ["", "mot=bois", "sujet=bois-energie", "vue=sans-reponse"])
def test_what_an_open_list_shows_is_asked_for_without_compiling_again(
    query, claire, thread, built, viewer_of
):
    listing, rights = Listing.from_query(QueryDict(query)), viewer_of(claire).rights
    assert listing.get_page(rights).seqs == {thread.pk: thread.seq}
    built.clear()

    assert listing.get_page(rights).seqs == {thread.pk: thread.seq}
    assert built == []


def _preparations():
    """``{statement: how often SQLite has prepared it again}``, of those it keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql, reprep FROM sqlite_stmt WHERE NOT sql LIKE 'PRAGMA%'")
        return dict(cursor.fetchall())


def _counts_statements():
    with closing(sqlite3.connect(":memory:")) as database:
        return ("ENABLE_STMTVTAB",) in database.execute("PRAGMA compile_options").fetchall()


@pytest.mark.skipif(
    connection.vendor != "sqlite" or not _counts_statements(),
    reason="asks SQLite what it prepares",
)
@pytest.mark.parametrize("name", ["home", *OWN])
def test_sqlite_prepares_no_statement_of_a_page_again(name, claire, thread, browser_of):
    client = browser_of(claire)

    def visit():
        unread_moments.clear()  # The bell asks anew.
        assert client.get(reverse(name)).status_code == 200

    visit()
    before = _preparations()
    visit()
    again = {sql for sql, number in _preparations().items() if number > before.get(sql, 0)}
    assert before and again == set()
