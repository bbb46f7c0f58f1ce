"""Mail that the site sends by itself, after a commit: short, plain, and never in the way.

What a mail tells is on a page as well. So where none can be sent that is logged, and all is
as before.
"""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage

log = logging.getLogger("accounts")


def send(address, subject, body):
    """Mail ``body`` to ``address``; whether it left. ``subject`` may hold line breaks."""
    mail = EmailMessage(" ".join(subject.split()), body, to=[address])
    mail.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834
    try:
        mail.send()
    except (OSError, SMTPException):
        log.exception("A mail could not be sent.")
        return False
    return True
