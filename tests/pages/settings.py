"""The site of the page checks: that of the browser tests, errors and components too."""

from pathlib import Path

from tests.browser.settings import *  # noqa: F403

ROOT_URLCONF = "tests.pages.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # noqa: F405
#: Pages that ask for the password anew do not while the checks last.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600
