"""On the whole demonstration no form changes what is not for its sender to change."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one site of its own is enough"),
]


def test_every_form_of_the_demonstration_changes_only_what_is_its_senders(empty_site):
    """As the command runs it: on a copy, in a process of its own."""
    code = """
import json
from forum.site.demo.loading import load_demo
load_demo()
from forum.moderation.visibility_audit.workspace import audit_apart
print(json.dumps(audit_apart("--writes", "-v0")))
"""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{empty_site}", "EMAIL_URL": "dummymail://",
        "FORUM_DEMO": "1", "DJANGO_SETTINGS_MODULE": "forum.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    report = json.loads(done.stdout.splitlines()[-1])
    print(report)

    assert report["findings"] == []
    assert report["forms"] > 190
    # The others change nothing more, or are refused for what a canary's row holds.
    assert report["acted"] > 0.75 * (report["offered"] - report["shown"])
    assert report["others"] > 3 * report["offered"] > 1800
    assert report["others_acted"] > 200
