"""Settings of mail that comes in and goes out, read from the environment."""

import re

import environ
from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "FORUM_AUTHSERV_ID", "FORUM_IMAP_URL", "FORUM_MAIL_CEILING", "FORUM_REPLY_ADDRESS",
]  # fmt: skip

env = environ.Env()

#: Where answers by mail arrive: a key comes after a +.
FORUM_REPLY_ADDRESS = env.str("FORUM_REPLY_ADDRESS", default="")
#: Which mail server is believed as to who sent a mail: without one, nobody starts threads so.
FORUM_AUTHSERV_ID = env.str("FORUM_AUTHSERV_ID", default="")
if FORUM_AUTHSERV_ID and not re.fullmatch(r"[\w.-]+", FORUM_AUTHSERV_ID):
    raise ImproperlyConfigured("FORUM_AUTHSERV_ID is a name such as mx.example.org, or unset.")
#: The mailbox that is emptied, where no mail server hands mail over.
FORUM_IMAP_URL = env.str("FORUM_IMAP_URL", default="")
if FORUM_IMAP_URL and not re.match(r"imaps?://[^/@:]+:[^/@]+@[^/@]+(/|$)", FORUM_IMAP_URL):
    raise ImproperlyConfigured("FORUM_IMAP_URL is imaps://user:password@host/INBOX.")
#: Mails about threads, digests and notifications that leave in a day; 0: as many as there are.
FORUM_MAIL_CEILING = env.int("FORUM_MAIL_CEILING", default=0)
