"""Every night the site asks its own pages as everyone, and tells animators what was leaked."""

import json
import os
import subprocess
import sys
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.files.querysets import StoredFileQuerySet
from forum.lists.listing import Listing
from forum.lists.rows import ThreadListPage
from forum.models import Post, Thread
from forum.visibility_audit.actions import record_audit
from forum.visibility_audit.audit import audit
from forum.visibility_audit.models import VisibilityAudit
from forum.visibility_audit.workspace import rolled_back
from tests import factories
from tests.migrated_database import copy_kept

#: A few of the pages that there are, so that a test is short: all canaries show there.
PAGES = frozenset(
    {"home", "thread", "hidden-post", "held-post", "member", "organisation", "charter-draft"}
)
UNSEEN = "nobody who may see it was shown it"
FOUND = {"request_count": 12, "findings": [
    {"role": "guest", "surface": "home", "canary": "space 3", "what": "says it"}
]}  # fmt: skip


@pytest.fixture
def scene(db, spaces, topics, claire, lucie):
    return spaces


def said(report):
    return {(one.role, one.surface, one.canary, one.what) for one in report.findings}


def test_where_all_is_as_it_must_be_nothing_is_found_and_every_canary_is_seen(scene):
    report = audit(PAGES)
    assert said(report) == set()
    assert report.request_count > 300
    assert len(report.seen) == len(scene) - 1 + 7  # All spaces but the public one; seven kinds.


def test_a_list_that_forgets_who_looks_is_found(scene, viewer_of, claire):
    def page_of_everybody(listing, viewer):
        return ThreadListPage(viewer_of(claire), listing)

    with patch.object(Listing, "get_page", page_of_everybody):
        report = audit(frozenset({"home"}))
    leaked = {(one.role, one.surface) for one in report.findings if one.what == "says it"}
    assert {("guest", "home"), ("former", "home"), ("suspended", "home")} <= leaked


def test_a_page_that_answers_otherwise_of_what_is_hidden_is_found(scene):
    def any_thread(viewer, pk):
        return get_object_or_404(Thread.objects.select_related("space"), pk=pk)

    with patch("forum.threads.views.editing.get_thread", any_thread):
        report = audit(frozenset({"edit-thread"}))
    what = "answers 403, and 404 of nothing"
    told = {one.role for one in report.findings if one.what == what}
    assert {"registered", "former"} <= told


@pytest.mark.parametrize("name", ["file", "post-versions"])
def test_files_and_versions_of_posts_are_asked_for_where_their_posts_are(name, scene):
    report = audit(frozenset({name}))

    assert {one.what for one in report.findings} <= {UNSEEN}
    assert len([it for it in report.seen if it.startswith("space")]) == len(scene) - 1


def test_a_file_that_forgets_who_looks_is_found(scene):
    with patch.object(StoredFileQuerySet, "rule", staticmethod(lambda *_args: Q())):
        report = audit(frozenset({"file"}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert {("guest", "hidden post"), ("guest", "held post"), ("former", "group")} <= leaked


def test_a_canary_that_nobody_is_shown_is_a_finding_of_its_own(scene):
    report = audit(frozenset({"legal"}))
    assert {one.what for one in report.findings} == {UNSEEN}


def test_what_was_found_waits_for_animators_until_one_has_seen_it(
    scene, browser_of, claire, lucie
):
    found = record_audit(timezone.now(), FOUND)
    page = browser_of(lucie)
    assert "1 anomalie" in page.get(reverse("review-queue")).text
    shown = page.get(reverse("visibility-audits")).text
    assert "says it" in shown and "C’est vu" in shown
    assert browser_of(claire).get(reverse("visibility-audits")).status_code == 404

    page.post(reverse("acknowledge-audit", args=[found.pk]))

    found.refresh_from_db()
    entry = ModerationLogEntry.objects.get()
    assert (entry.action, entry.actor) == (LoggedAction.ACKNOWLEDGE_AUDIT, lucie)
    assert found.acknowledged_at is not None
    assert "1 anomalie" not in page.get(reverse("review-queue")).text


def test_old_audits_are_forgotten(scene):
    days = settings.FORUM_RETENTION["visibility_audits"]
    old = record_audit(timezone.now(), FOUND)
    VisibilityAudit.objects.filter(pk=old.pk).update(
        ended_at=timezone.now() - timezone.timedelta(days=days + 1)
    )
    new = record_audit(timezone.now(), FOUND)
    assert list(VisibilityAudit.objects.all()) == [new]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite audits a copy")
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_nothing_of_an_audit_stays():
    factories.create_all()
    before = counts()
    with rolled_back():
        report_of_block = counts()
        factories.create_person("Ada Passagère", factories.AUTHORITIES)
        assert counts() != report_of_block
    assert counts() == before


def counts():
    models = (User, Organisation, Thread, Post)
    return [model.objects.count() for model in models]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one site of its own is enough")
def test_an_audit_of_a_site_leaves_nothing_in_it(tmp_path, pytestconfig, django_db_setup):
    site = tmp_path / "site.sqlite3"
    is_migrated = copy_kept(pytestconfig, site)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{site}",
        "EMAIL_URL": "dummymail://",
        "DJANGO_SETTINGS_MODULE": "forum.settings",
    }
    code = f"""
import json
from django.core.management import call_command
{is_migrated} or call_command("migrate", verbosity=0)
from tests import factories
factories.create_all()
from accounts.models import User
from forum.visibility_audit.workspace import audit_apart
before = User.objects.count()
report = audit_apart(["member"])
print(json.dumps([User.objects.count() - before, report]))
"""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    left, report = json.loads(done.stdout.splitlines()[-1])
    assert left == 0
    assert report["request_count"] > 50
    assert {one["what"] for one in report["findings"]} == {UNSEEN}
