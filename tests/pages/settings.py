"""The site of the page checks: that of the browser tests, and an address for each error."""

from tests.browser.settings import *  # noqa: F403

ROOT_URLCONF = "tests.pages.urls"
#: Pages that ask for the password anew do not while the checks last.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600
