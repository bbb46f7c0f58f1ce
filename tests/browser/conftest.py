"""A real server with the demonstration, and people who sit at real browsers before it."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import randrange
from uuid import uuid4

import pytest
from django.conf import settings

from tests.browser.faulty_proxy import FaultyProxy
from tests.servers import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
PASSWORD = "foirail-demo-2026"
TIMEOUT_MS = 20_000  # milliseconds, on a busy machine
START_WITHIN = 60  # seconds


def pytest_collection_modifyitems(items):
    """All that is in this folder needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Site:
    """A running server, and what it says, letters included."""

    port: int
    log: Path
    environment: dict

    @property
    def address(self):
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, code):
        """Run ``code`` in a process of its own, beside the server."""
        assert _manage(self.environment, "shell", "-v0", "-c", code).wait() == 0

    def code_for(self, email):
        """The code in the latest letter to ``email``."""
        letter = self.log.read_text().rpartition(f"To: {email}")[2]
        return re.search(r"^([A-Z0-9]{3,4}-[A-Z0-9]{3,4})$", letter, re.MULTILINE)[1]


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    """The folder of the static files, made as production makes them."""
    folder = tmp_path_factory.mktemp("static")
    environment = os.environ | SETTINGS | {"FORUM_STATIC_ROOT": str(folder)}
    assert _manage(environment, "collectstatic", "-v0", "--noinput").wait() == 0
    return folder


@pytest.fixture(scope="module")
def site(request, tmp_path_factory, static_root):
    """The demonstration on a database of its own, with the static files of production.

    Admission is open, unless the module says ADMISSION otherwise.
    """
    folder = tmp_path_factory.mktemp("site")
    with _database(folder) as url:
        environment = (
            os.environ
            | SETTINGS
            | {
                "DATABASE_URL": url,
                "FORUM_STATIC_ROOT": str(static_root),
                "EMAIL_URL": "consolemail://",
                "FORUM_DEMO": "1",
                "FORUM_ADMISSION": getattr(request.module, "ADMISSION", "open"),
                "FORUM_PROXIES": "1",
                "PYTHONUNBUFFERED": "1",
                "PYTHONWARNINGS": "ignore",
            }
        )
        for command in ("migrate", "load_network", "load_demo"):
            assert _manage(environment, command, "-v0").wait() == 0
        site = Site(free_port(), folder / "log", environment)
        with site.log.open("wb") as log:
            serve = ("runserver", "--noreload", f"127.0.0.1:{site.port}")
            server = _manage(environment, *serve, stdout=log, stderr=log)
            try:
                _wait_for(site, server)
                yield site
            finally:
                server.terminate()
                server.wait(30)


@pytest.fixture(scope="module")
def chromium():
    """One browser. It ends with the module: while it runs, so does an event loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sit(chromium, site):
    """A page of a person's own browser, signed in by e-mail address; of None, a guest's.

    No page may log an error or break the content security policy.
    """
    contexts, wrong = [], []

    def sit(email=None, at=None, **options):
        # Each from an address of their own, as far as the throttle on sign-in can tell.
        options |= {
            "extra_http_headers": {"X-Forwarded-For": f"10.0.{randrange(250)}.{randrange(250)}"}
        }
        options = {"base_url": at or site.address, "locale": "fr-FR"} | options
        contexts.append(chromium.new_context(**options))
        contexts[-1].set_default_timeout(TIMEOUT_MS)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: _is_wrong(said) and wrong.append(said.text))
        if email:
            sign_in(page, email)
        return page

    yield sit
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def line(site):
    """A line to the site that can be cut."""
    line = FaultyProxy(site.port)
    yield line
    line.close()


def sign_in(page, email):
    """Sign in with the demonstration's password."""
    page.goto("/compte/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form .primary")
    page.wait_for_url(lambda url: "/compte/login/" not in url)


def _is_wrong(said):
    return said.type == "error" and "Content Security Policy" in said.text


def _manage(environment, *command, **options):
    root = settings.BASE_DIR
    return subprocess.Popen(
        [sys.executable, root / "manage.py", *command], cwd=root, env=environment, **options
    )


@contextmanager
def _database(folder):
    """The address of an empty database, of the kind that the suite runs on."""
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    import psycopg

    base, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"browser_{uuid4().hex[:8]}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{base}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_for(site, server):
    deadline = time.monotonic() + START_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site.address}/sante/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{site.log.read_text()}")
