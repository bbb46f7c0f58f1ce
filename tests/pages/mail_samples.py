"""One mail of each kind as a page, for ``mail_pictures.py``: a test, so that it has fixtures.

The environment says in which folder, and of which kinds.
"""

import os
from html import escape
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from tests.mail_kinds import KINDS
from tests.pages.mail_pictures import FOLDER, NAMES
from tests.test_mail_headers import made

_PLAIN = """<!doctype html><meta name="color-scheme" content="light dark">
<pre style="white-space: pre-wrap; overflow-wrap: anywhere; font: 15px/1.4 monospace">
{text}</pre>"""


@pytest.fixture
def world(people, spaces, topics, town, settings):
    """Who mails whom."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    settings.DEFAULT_FROM_EMAIL = "Foirail <foirail@forum.example.org>"
    settings.ALLOWED_HOSTS = ["forum.example.org"]
    request = RequestFactory(SERVER_NAME="forum.example.org").get("/")
    request.user, request.session = people.authorities, SessionStore()
    return SimpleNamespace(
        claire=people.authorities, jeanne=people.projects, lucie=people.animator,
        town=town, spaces=spaces, request=request,
    )  # fmt: skip


def _is_wanted(name):
    given = os.environ.get(NAMES, "").split()
    return not given or any(part in name for part in given)


@pytest.mark.django_db
@pytest.mark.usefixtures("cast_scene", "no_posting_limits")
@pytest.mark.parametrize("name", [*filter(_is_wanted, KINDS)])
def test_write_one_of_each_kind(name, world):
    """Its text, and the page that is taken of it, in the folder."""
    sent = made(world, name)
    stem = Path(os.environ[FOLDER]) / name.removesuffix(".txt").replace("/", "-")
    text = f"{sent.subject}\n\n{sent.body}"
    pages = [part for part, kind in getattr(sent, "alternatives", []) if kind == "text/html"]
    stem.with_suffix(".txt").write_text(text)
    stem.with_suffix(".html").write_text(
        pages[0] if pages else _PLAIN.format(text=escape(text))
    )
