"""Plain mail that the site sends after a commit.

Whatever a mail says is on a page as well: a mail that cannot be sent is logged, and nothing
else fails.
"""

import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from css_inline import CSSInliner
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string

log = logging.getLogger("accounts")
#: Spaces and line breaks of every kind, but for the no-break spaces of French.
_BREAKS = re.compile(r"[^\S\u00a0\u202f]+")
#: That the mail server does not answer, and for how many seconds nobody waits for it then.
_HANGS, _PAUSE = "mail-server-hangs", 30


def site_address() -> str:
    """The address of the site, for mails of the worker, which has no request to ask."""
    scheme = "http" if settings.DEBUG else "https"
    return settings.FORUM_DEV_ADDRESS or f"{scheme}://{settings.ALLOWED_HOSTS[0]}"


def plain_body(rendered: str) -> str:
    """A rendered template as the body of a mail: no more than one blank line together."""
    return re.sub(r"\n{3,}", "\n\n", rendered).strip() + "\n"


def with_inline_styles(page: str) -> str:
    """The HTML of a mail with its styles beside what they are of."""
    inlined: str = _inliner().inline(page)
    return inlined


@lru_cache(1)
def _inliner() -> CSSInliner:
    """What writes the styles of mails beside what they are of; it fetches nothing."""
    css = render_to_string("layouts/mail.css")
    return CSSInliner(extra_css=css, load_remote_stylesheets=False, keep_style_tags=False)


def send(
    address: str,
    subject: str,
    body: str,
    file: tuple[str, bytes, str] | None = None,
    headers: Mapping[str, str] | None = None,
    alternative: tuple[str, str] | None = None,
) -> bool:
    """Mail ``body`` to ``address``; return whether it was sent.

    ``file``: name, bytes and type of one that goes with it. ``headers``: further ones.
    ``alternative``: what programs that know its type show in its stead, and that type.

    Line breaks in ``subject`` become spaces; its no-break spaces stay. Of ``body``, which is
    rendered from a template, no two blank lines stand together.
    """
    subject = _BREAKS.sub(" ", subject).strip()
    mail = EmailMultiAlternatives(subject, plain_body(body), to=[address])
    if alternative:
        mail.attach_alternative(*alternative)
    if file:
        mail.attach(*file)
    mail.extra_headers |= {"Auto-Submitted": "auto-generated", **(headers or {})}  # RFC 3834
    return sent_now(mail)


def sent_now(mail: EmailMessage) -> bool:
    """Send ``mail`` to the mail server; return whether it was accepted.

    One that does not answer is not asked again for half a minute: whoever sends mails in a
    request would hold a worker of the site meanwhile.
    """
    if cache.get(_HANGS):
        return False
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        log.error("A mail could not be sent: %s", _reason(error))
        if isinstance(error, TimeoutError | SMTPServerDisconnected):
            cache.set(_HANGS, True, _PAUSE)
        return False
    return True


def _reason(error: OSError | SMTPException) -> str:
    """What went wrong, without the words of a server, which repeat to whom a mail was."""
    name = type(error).__name__
    if isinstance(error, SMTPResponseException):
        return f"{name} {error.smtp_code}"
    return name if isinstance(error, SMTPRecipientsRefused) else f"{name}: {error}"
