"""A real server with the demonstration, and people who sit at real browsers before it."""

from pathlib import Path
from random import randrange

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.faulty_proxy import FaultyProxy
from tests.browser.site import (
    ENGINE,
    FLAGS,
    SIGN_IN,
    collect_static,
    load_demonstration,
)
from tests.browser.sites import Sites

TIMEOUT_MS = 20_000  # milliseconds, on a busy machine


def pytest_collection_modifyitems(items):
    """All that is in this folder needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    """The folder of the static files, made as production makes them."""
    folder = tmp_path_factory.mktemp("static")
    collect_static(folder)
    return folder


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """The address of a database with the demonstration, of which each site has a copy."""
    with load_demonstration(tmp_path_factory.mktemp("demonstration")) as address:
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
