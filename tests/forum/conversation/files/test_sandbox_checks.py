"""What `check --deploy` says of the sandbox that decoders run in."""

import sys

import pytest

from accounts.base.sandbox import missing_walls
from accounts.base.sandbox_program import LANDLOCK, SECCOMP
from forum.conversation.files.preparing import checks

with_walls = pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_walls()),
    reason="needs a kernel with Landlock, and libseccomp",
)


@with_walls
def test_nothing_is_said_where_all_walls_stand_and_pictures_are_made():
    assert checks.check_sandbox() == []


@pytest.mark.parametrize(
    ("wall", "consequence"), [(LANDLOCK, "the database"), (SECCOMP, "open sockets")]
)
def test_what_is_missing_is_named_with_what_follows(monkeypatch, wall, consequence):
    monkeypatch.setattr(checks, "missing_walls", lambda: [wall])

    (warning,) = checks.check_sandbox()
    assert warning.msg.startswith(wall) and consequence in warning.msg and warning.hint


def test_a_place_where_no_picture_can_be_made_is_named(monkeypatch):
    packages = [it for it in sys.path if "site-packages" not in it]
    monkeypatch.setattr(sys, "path", packages)

    (warning,) = checks.check_sandbox()
    assert warning.id == "foirail.W002"
