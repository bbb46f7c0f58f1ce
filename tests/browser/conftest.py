"""A real server with the demonstration, and people who sit at real browsers before it."""

import fcntl
from contextlib import contextmanager
from random import randrange

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.browser.faulty_proxy import FaultyProxy
from tests.browser.site import (
    ENGINE,
    FILES_OF,
    FLAGS,
    SIGN_IN,
    collect_static,
    database_address,
    fill_database,
    load_demonstration,
    make_database,
)
from tests.browser.sites import Sites

TIMEOUT_MS = 20_000  # milliseconds, on a busy machine


def pytest_collection_modifyitems(items):
    """All that is in this folder needs Chromium."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """The folder of all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@contextmanager
def one_at_a_time(folder):
    """Make ``folder`` and have one worker in here; whether it is the first."""
    folder.mkdir(exist_ok=True)
    made = folder.with_suffix(".made")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not made.exists()
        made.touch()


@pytest.fixture(scope="session")
def static_root(shared_folder):
    """The folder of the static files, made as production makes them."""
    folder = shared_folder / "static"
    with one_at_a_time(folder) as is_first:
        if is_first:
            collect_static(folder)
    return folder


@pytest.fixture(scope="session")
def demonstration(shared_folder, tmp_path_factory):
    """The address of a database with the demonstration, of which each site has a copy."""
    if connection.vendor != "sqlite":  # A file is dropped with its folder.
        with load_demonstration(tmp_path_factory.mktemp("demonstration")) as address:
            yield address
        return
    folder = shared_folder / "demonstration"
    address = database_address(folder / "demonstration")
    FILES_OF[address] = folder / "loaded"
    with one_at_a_time(folder) as is_first:
        if is_first:
            make_database(address)
            fill_database(address)
    yield address


@pytest.fixture(scope="package")
def sites(tmp_path_factory, demonstration, static_root):
    """What serves the demonstration, each time on a database of its own."""
    sites = Sites(tmp_path_factory.mktemp("sites"), demonstration, static_root)
    yield sites
    sites.end()


@pytest.fixture(scope="module")
def site(request, sites):
    """The demonstration, with the static files of production.

    Admission is open, unless the module says ADMISSION otherwise, where signing confirms seats.
    """
    with sites.serve(FORUM_ADMISSION=getattr(request.module, "ADMISSION", "open")) as site:
        yield site


@pytest.fixture(scope="package")
def playwright():
    """What drives browsers. It ends with this folder: while it runs, so does an event loop."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright):
    """One browser, of which each person has a context of their own."""
    browser = playwright.chromium.launch(executable_path=ENGINE, args=FLAGS)
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
        for page in context.pages:  # What is on its way to one that closes is no error.
            page.unroute_all(behavior="ignoreErrors")
        context.close()
    assert wrong == []


@pytest.fixture
def line(site):
    """A line to the site that can be cut."""
    line = FaultyProxy(site.port)
    yield line
    line.close()


def sign_in(page, email):
    """Sign in without the form: the sign-in page has tests of its own."""
    answer = page.context.request.get(f"/{SIGN_IN}", params={"email": email})
    assert answer.status == 204


def _is_wrong(said):
    return said.type == "error" and "Content Security Policy" in said.text
