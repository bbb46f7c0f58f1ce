"""Loading the demonstration: whole or not at all, once, and on no real site."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Organisation, User
from forum.demo import timestamps
from forum.demo.loading import load_demo
from forum.demo.people import PASSWORD
from forum.models import Post, Space, Thread

pytestmark = pytest.mark.long


def test_it_is_whole_or_not_at_all(db, monkeypatch):
    monkeypatch.setattr("forum.demo.bulk_threads.create_threads", lambda drafts: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        load_demo()

    assert not Organisation.objects.exists() and not User.objects.exists()


@pytest.mark.parametrize(
    "today", [datetime(2026, 7, day, 7, tzinfo=UTC) for day in range(6, 13)]
)
def test_things_are_said_in_order_in_office_hours_of_working_days_gone_by(today):
    said = timestamps.post_times([9, 8, 7, 7, 6, 5, 4, 3, 2, 1, 1], "un fil", today)

    assert all(earlier < later for earlier, later in pairwise(said))
    assert said[-1] < today
    for moment in map(timezone.localtime, said):
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 20
    assert said == timestamps.post_times([9, 8, 7, 7, 6, 5, 4, 3, 2, 1, 1], "un fil", today)


def test_the_command_refuses_a_real_site(db, settings):
    settings.FORUM_DEMO = False

    with pytest.raises(CommandError, match="FORUM_DEMO=1"):
        call_command("load_demo")

    assert not User.objects.exists()


def test_the_command_says_what_it_did(db, settings):
    settings.FORUM_DEMO = True
    said = StringIO()

    call_command("load_demo", stdout=said)
    call_command("load_demo", stdout=said)

    assert said.getvalue().splitlines() == [
        "Demonstration: loaded.", "Demonstration: there already.",
    ]  # fmt: skip


def test_one_command_sets_up_a_new_place_and_says_who_one_may_be(tmp_path):
    said = dev(tmp_path, "--no-serve")

    assert said.count(PASSWORD) == 1
    assert "lucie.hoarau@animation.demo.invalid" in said
    assert "siège à confirmer" in said


def test_the_command_run_again_changes_nothing_and_says_the_same(db, settings):
    settings.FORUM_DEMO = True
    first, second = StringIO(), StringIO()

    call_command("dev", no_serve=True, stdout=first)
    before = list(Post.objects.values_list("pk", "created_at"))
    call_command("dev", no_serve=True, stdout=second)

    assert PASSWORD in first.getvalue() and first.getvalue() == second.getvalue()
    assert list(Post.objects.values_list("pk", "created_at")) == before


def dev(place, *options):
    """What ``manage.py dev`` prints with a database in ``place``."""
    address = {"DATABASE_URL": f"sqlite:///{place / 'essai.sqlite3'}"}
    return subprocess.run(
        [sys.executable, "manage.py", "dev", *options],
        cwd=settings.BASE_DIR, env=os.environ | address, check=True, text=True,
        capture_output=True, timeout=120,
    ).stdout  # fmt: skip


def test_a_network_that_is_already_there_is_the_one_it_joins(spaces):
    load_demo()

    assert Space.objects.filter(audience="network").count() == 1
    assert Thread.objects.filter(space=spaces["network"]).count() == 29
