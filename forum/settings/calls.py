"""Settings of who hosts the calls of meetings, read from the environment."""

import environ
from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "FORUM_BIGBLUEBUTTON_SECRET", "FORUM_BIGBLUEBUTTON_URL", "FORUM_VISIO_CLIENT_ID",
    "FORUM_VISIO_SECRET", "FORUM_VISIO_URL",
]  # fmt: skip

env = environ.Env()

#: Where Visio is, and what it calls this site; without an address nothing of it is there.
FORUM_VISIO_URL = env.str("FORUM_VISIO_URL", default="").rstrip("/")
FORUM_VISIO_CLIENT_ID = env.str("FORUM_VISIO_CLIENT_ID", default="")
FORUM_VISIO_SECRET = env.str("FORUM_VISIO_SECRET", default="")
#: The same of BigBlueButton, as ``bbb-conf --secret`` shows it.
FORUM_BIGBLUEBUTTON_URL = env.str("FORUM_BIGBLUEBUTTON_URL", default="").rstrip("/")
FORUM_BIGBLUEBUTTON_SECRET = env.str("FORUM_BIGBLUEBUTTON_SECRET", default="")

if FORUM_VISIO_URL and FORUM_BIGBLUEBUTTON_URL:
    raise ImproperlyConfigured("One hosts calls: FORUM_VISIO_URL or FORUM_BIGBLUEBUTTON_URL.")
if FORUM_VISIO_URL and not (FORUM_VISIO_CLIENT_ID and FORUM_VISIO_SECRET):
    raise ImproperlyConfigured("Visio needs FORUM_VISIO_CLIENT_ID and FORUM_VISIO_SECRET.")
if FORUM_BIGBLUEBUTTON_URL and not FORUM_BIGBLUEBUTTON_SECRET:
    raise ImproperlyConfigured("BigBlueButton needs FORUM_BIGBLUEBUTTON_SECRET.")
for _url in (FORUM_VISIO_URL, FORUM_BIGBLUEBUTTON_URL):
    if _url and not _url.startswith("https://") and "FORUM_HOSTS" in env.ENVIRON:
        raise ImproperlyConfigured("Who hosts calls is asked at an https:// address.")
