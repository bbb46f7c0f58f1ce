"""Every night the site asks its own pages as everyone, and tells animators what was leaked."""

import json
import os
import subprocess
import sys
from functools import partial
from itertools import chain
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base import visibility
from forum.conversation.bookmarks.models import BookmarkQuerySet
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.drafts.models import DraftQuerySet
from forum.conversation.files.querysets import StoredFileQuerySet
from forum.conversation.meetings.models import RegistrationQuerySet
from forum.conversation.polls.models import Poll
from forum.finding.lists.listing import Listing
from forum.finding.lists.rows import ThreadListPage
from forum.models import Post, Thread
from forum.moderation.visibility_audit.actions import record_audit
from forum.moderation.visibility_audit.audit import UNSEEN, audit
from forum.moderation.visibility_audit.canaries import FIRST_ID, ROWS, plant_canaries
from forum.moderation.visibility_audit.models import VisibilityAudit
from forum.moderation.visibility_audit.private_rows import fill_rows
from forum.moderation.visibility_audit.roles import create_roles
from forum.moderation.visibility_audit.surfaces import surfaces
from forum.moderation.visibility_audit.workspace import rolled_back
from tests import factories

#: A few of the pages that there are, so that a test is short: all canaries show there.
PAGES = frozenset(
    {"home", "thread", "hidden-post", "held-post", "member", "organisation", "charter-draft",
     "drafts"}
)  # fmt: skip
FOUND = {"request_count": 12, "findings": [
    {"role": "guest", "surface": "home", "canary": "space 3", "what": "says it"}
]}  # fmt: skip


@pytest.fixture
def scene(db, spaces, topics, claire, lucie):
    return spaces


def said(report):
    return {(one.role, one.surface, one.canary, one.what) for one in report.findings}


@pytest.mark.deep
def test_where_all_is_as_it_must_be_nothing_is_found_and_every_canary_is_seen(scene):
    report = audit(PAGES)
    assert said(report) == set()
    assert report.request_count > 300
    assert report.seen == report.planted
    assert len(report.seen) == len(scene) - 1 + 9  # All spaces but the public one; nine kinds.


@pytest.mark.deep
def test_a_list_that_forgets_who_looks_is_found(scene, viewer_of, claire):
    def page_of_everybody(listing, viewer):
        return ThreadListPage(viewer_of(claire), listing)

    with patch.object(Listing, "get_page", page_of_everybody):
        report = audit(frozenset({"home"}))
    leaked = {(one.role, one.surface) for one in report.findings if one.what == "says it"}
    assert {("guest", "home"), ("former", "home"), ("suspended", "home")} <= leaked


@pytest.mark.deep
def test_a_page_that_answers_otherwise_of_what_is_hidden_is_found(scene):
    def any_thread(viewer, pk):
        return get_object_or_404(Thread.objects.select_related("space"), pk=pk)

    with patch("forum.conversation.threads.views.editing.get_thread", any_thread):
        report = audit(frozenset({"edit-thread"}))
    what = "answers 403, and 404 of nothing"
    told = {one.role for one in report.findings if one.what == what}
    assert {"registered", "former"} <= told


@pytest.mark.deep
@pytest.mark.parametrize("name", ["file", "post-versions"])
def test_files_and_versions_of_posts_are_asked_for_where_their_posts_are(name, scene):
    report = audit(frozenset({name}))

    assert report.findings == []
    assert len([it for it in report.seen if it.startswith("space")]) == len(scene) - 1


@pytest.mark.deep
def test_a_file_that_forgets_who_looks_is_found(scene):
    with patch.object(StoredFileQuerySet, "rule", staticmethod(lambda *_args: Q())):
        report = audit(frozenset({"file"}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert {("guest", "hidden post"), ("guest", "held post"), ("former", "group")} <= leaked


def test_a_canary_that_nobody_is_shown_is_a_finding_where_all_pages_are_asked(scene):
    (legal,) = surfaces(frozenset({"legal"}))
    with patch("forum.moderation.visibility_audit.audit.surfaces", lambda names: [legal]):
        report = audit()
    assert {one.what for one in report.findings} == {UNSEEN}
    assert {one.canary for one in report.findings} == report.planted - {"group"}  # In the menu.


@pytest.mark.deep
def test_pages_that_are_named_need_not_show_every_canary(scene):
    report = audit(frozenset({"thread", "tag"}))
    assert report.findings == []
    assert report.planted > report.seen > set()


def test_a_line_after_each_role_tells_how_far_it_is(scene):
    lines = []
    report = audit(frozenset({"legal"}), progress=lines.append)
    assert len(lines) == len(create_roles())
    assert lines[0].startswith("guest: 1 pages asked, 0 findings, ")
    assert lines[-1].startswith(f"animator: {report.request_count} pages asked")


@pytest.mark.deep
def test_a_list_of_everybodys_drafts_is_found(scene):
    with patch.object(DraftQuerySet, "visible_to", lambda rows, viewer: rows):
        report = audit(frozenset({"drafts"}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert {(role, place) for role in ("registered", "former") for place in ROWS} <= leaked


@pytest.mark.deep
def test_a_list_of_everybodys_bookmarks_is_found(scene):
    with patch.object(BookmarkQuerySet, "visible_to", lambda rows, viewer, rule=None: rows):
        report = audit(frozenset({"bookmarks"}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert {(role, place) for role in ("registered", "former") for place in ROWS} <= leaked


@pytest.mark.deep
def test_a_meeting_that_shows_its_call_to_all_is_found(scene):
    with patch("forum.conversation.meetings.rules.may_add_meeting", lambda *_args: True):
        report = audit(frozenset({"meeting"}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert {("guest", ROWS[1]), ("former", ROWS[1])} <= leaked


@pytest.mark.deep
def test_a_list_of_everybodys_answers_at_a_registration_is_found(scene):
    with (
        patch.object(RegistrationQuerySet, "visible_to", lambda rows, viewer: rows),
        patch("forum.conversation.meetings.views.may_read_sheet", lambda *_args: True),
    ):
        report = audit(frozenset({"meeting"}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert {("guest", ROWS[1]), ("former", ROWS[1])} <= leaked


@pytest.mark.deep
@pytest.mark.parametrize(("name", "model"), [("poll", Poll), ("consent-round", ConsentRound)])
def test_a_page_of_what_was_removed_from_a_thread_is_found(name, model, scene):
    rule = staticmethod(partial(visibility.threads, prefix="thread__"))
    with patch.object(type(model.objects.all()), "rule", rule):
        report = audit(frozenset({name}))
    leaked = {(one.role, one.canary) for one in report.findings if one.what == "says it"}
    assert ("former", ROWS[1]) in leaked


#: Models without a canary's row in a group: what all read, or what says nothing of anybody.
NO_ROWS = {
    "accounts.AuthorRecord", "accounts.CharterVersion", "accounts.College",
    "accounts.Department", "accounts.MapVersion", "accounts.RightsChange", "accounts.Territory",
    "forum.IndexVersion", "forum.MailCount", "forum.MatchingProgress", "forum.MenuVersion",
    "forum.ModerationReason", "forum.Mute", "forum.NewsletterIssue",
    "forum.NotificationChange", "forum.NotificationMailProgress", "forum.SynonymGroup",
    "forum.ThreadMailProgress", "forum.ThreadTemplate", "forum.Tool", "forum.VisibilityAudit",
}  # fmt: skip


def test_each_kind_of_private_row_has_a_canary(scene):
    factories.moderation_reason()
    roles, before = create_roles(), row_counts()
    for plant in plant_canaries(roles):
        plant()
    after = row_counts()
    same = {label for label, count in after.items() if count == before[label]}
    said = {it._meta.label for it in apps.get_models() if not getattr(it, "private_rows", True)}
    assert same - said - NO_ROWS == set()


#: Kinds of rows that some do not see beside a public post, and that are asked for in groups.
ASKED_FOR_IN_GROUPS = {
    "forum.ArchivedMail", "forum.ArchivedThread", "forum.HeldEdit", "forum.MailArchive",
    "forum.NamePassage", "forum.NewsletterIssue", "forum.PublicVersion",
    "forum.ReviewCallRecipient", "forum.Subscription", "forum.ThreadMove",
}  # fmt: skip


def test_rows_that_some_do_not_see_beside_a_public_post_say_so(
    scene, claire, jeanne, make_person, viewer_of
):
    post = factories.start_thread(jeanne, scene["public"]).posts.get()
    labels = fill_rows(FIRST_ID, "canari", claire, post, of_all=True)
    viewer = viewer_of(make_person("Odile Mas", factories.SUPPORT))
    unseen = {
        model._meta.label
        for model in map(apps.get_model, labels)
        if hasattr(model._default_manager, "visible_to")
        and not getattr(model, "private_rows", False)
        and model._base_manager.filter(pk=FIRST_ID).exists()
        and not model._default_manager.visible_to(viewer).filter(pk=FIRST_ID).exists()
    }
    assert unseen == ASKED_FOR_IN_GROUPS


def row_counts():
    models = (apps.get_app_config(name).get_models() for name in ("accounts", "forum"))
    return {it._meta.label: it._base_manager.count() for it in chain(*models)}


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


@pytest.mark.deep
@pytest.mark.skipif(connection.vendor != "sqlite", reason="one site of its own is enough")
def test_an_audit_of_a_site_leaves_nothing_in_it(empty_site):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{empty_site}",
        "EMAIL_URL": "dummymail://",
        "DJANGO_SETTINGS_MODULE": "forum.settings",
    }
    code = """
import json
from tests import factories
factories.create_all()
from accounts.models import User
from forum.moderation.visibility_audit.workspace import audit_apart
before = User.objects.count()
report = audit_apart("member", "-v0")
print(json.dumps([User.objects.count() - before, report]))
"""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    left, report = json.loads(done.stdout.splitlines()[-1])
    assert left == 0
    assert report["request_count"] > 50
    assert report["findings"] == []
