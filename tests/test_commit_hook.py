"""What commits are called is held by a hook, which `make setup` has Git ask."""

import subprocess

import pytest
from django.conf import settings

HOOK = settings.BASE_DIR / ".ci" / "hooks" / "commit-msg"


@pytest.mark.parametrize(("message", "is_taken"), [
    ("Add full-text search to threads\n\nSay why; and more.\n", True),
    ("# A comment of Git\n\nAdd full-text search to threads\n", True),
    ("Merge branch 'a; b' of somewhere that is far away, with a name that is long", True),
    ("é" * 72, True), ("É" * 73, False), ("A" * 73, False), ("", False),
    ("Say what was found", False), ("Tell who asked", False), ("Hold replies", False),
    ("Add search; mend mail", False), ("Add search.", False), ("add search", False),
])  # fmt: skip
def test_a_subject_is_short_one_thing_and_named_by_what_a_program_does(
    message, is_taken, tmp_path
):
    (tmp_path / "message").write_text(message)
    done = subprocess.run([HOOK, tmp_path / "message"], capture_output=True, check=False)

    assert (done.returncode == 0) is is_taken, done.stderr
