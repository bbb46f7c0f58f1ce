"""The commands that load the demonstration and set up a place, on a network and anew."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from forum.library.tools.models import Tool, ToolUse, ToolVersion
from forum.models import Post, Space, Thread
from forum.site.demo import source_data
from forum.site.demo.people import PASSWORD
from tests.factories import create_colleges, create_spaces
from tests.scenes import open_scene

pytestmark = [pytest.mark.long, pytest.mark.deep]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration on a network that was there; what loading it said."""
    with (
        override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files"))),
        open_scene(django_db_blocker, load_into_a_network) as said,
    ):
        yield said


def load_into_a_network():
    with override_settings(FORUM_DEMO=True):
        create_spaces(create_colleges())
        return run("load_demo")


def run(command, **options):
    """What a command prints, line by line."""
    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue().splitlines()


def test_the_command_says_what_it_did(loaded, db, settings):
    settings.FORUM_DEMO = True

    assert loaded == ["Demonstration: loaded."]
    assert run("load_demo") == ["Demonstration: there already."]


def test_a_network_that_is_already_there_is_the_one_it_joins(loaded, db):
    network = Space.objects.get(audience="network")

    assert network.slug == "reseau"
    assert Thread.objects.filter(space=network).count() == 73


def test_its_tools_are_files_of_posts_with_versions_and_uses(loaded, db):
    assert ToolVersion.objects.count() == 1 + len(source_data.tools())
    assert Tool.objects.count() == len(source_data.tools())
    assert {it.file.state for it in ToolVersion.objects.select_related("file")} == {"ready"}
    named = [name for row in source_data.tools() for name in row["used_by"]]
    assert ToolUse.objects.count() == len(named)


def test_one_command_sets_up_a_new_place_and_says_who_one_may_be_and_again(
    loaded, db, settings, tmp_path
):
    said = set_up(tmp_path)
    assert "\n".join(said).count(PASSWORD) == 1
    assert "lucie.hoarau@animation.demo.invalid" in "\n".join(said)
    assert "siège à confirmer" in "\n".join(said)

    settings.FORUM_DEMO = True  # Where all is there, it says the same and changes nothing.
    before = list(Post.objects.values_list("pk", "created_at"))
    assert run("dev", no_serve=True) == said
    assert list(Post.objects.values_list("pk", "created_at")) == before


def set_up(place):
    """What ``manage.py dev`` prints of a new place, line by line."""
    address = {"DATABASE_URL": f"sqlite:///{place / 'essai.sqlite3'}"}
    return subprocess.run(
        [sys.executable, "manage.py", "dev", "--no-serve"],
        cwd=settings.BASE_DIR, env=os.environ | address, check=True, text=True,
        capture_output=True, timeout=120,
    ).stdout.splitlines()  # fmt: skip
