"""What the worker does about mail that comes in."""

import logging

from django.conf import settings
from django.tasks import task
from django.utils.translation import gettext as _

from accounts.base.schedules import scheduled
from forum.mail.thread_mail.mailbox.actions import FAULTS, fetch

log = logging.getLogger("forum")


@scheduled(
    _("Prendre les courriels de la boîte aux lettres du site"),
    every=60,
    setting="FORUM_IMAP_URL",
)
@task()
def fetch_mail() -> int | str:
    """Receive what is in the site's mailbox; return how many mails, or that it is out of reach.

    The next run tries again, so that a server that is away leaves no task behind.
    """
    try:
        return fetch(settings.FORUM_IMAP_URL)
    except FAULTS:
        log.exception("The mailbox could not be read.")
        return _("boîte injoignable")
