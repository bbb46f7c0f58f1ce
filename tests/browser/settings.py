"""The site that browsers visit: the demonstration, served as production serves it.

Its static files are joined, minified and named after their content, and what goes wrong is
told by the pages of production. One URL more signs in to an account.
"""

from forum.settings import *  # noqa: F403
from forum.settings import STORAGES, env

DEBUG = False
ROOT_URLCONF = "tests.browser.urls"
STATIC_ROOT = env.str("FORUM_STATIC_ROOT")
STORAGES["staticfiles"] = {"BACKEND": "forum.site.static_storage.BundlingStaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
