"""The site as it is in production, with a clock on its commits and one empty page."""

import os

from forum.settings import *  # noqa: F403
from forum.settings import INSTALLED_APPS, MIDDLEWARE

# First, so that the clock is read before anybody is told.
INSTALLED_APPS = ["bench.commit_clock.CommitClock", *INSTALLED_APPS]
MIDDLEWARE = ["bench.commit_clock.commit_header_middleware", *MIDDLEWARE]
ROOT_URLCONF = "bench.empty_view"
STATIC_ROOT = os.environ["BENCH_STATIC_ROOT"]
#: Few people write, and much; bench/flood.py sets them.
FORUM_POSTING_LIMITS = os.environ.get("FORUM_POSTING_LIMITS", "0") == "1"
