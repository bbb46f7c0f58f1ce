"""Sending what is due, each once, whatever befalls it.

In three steps, so that no lock is held while a server is waited for: a mail is claimed, for
as long as sending may take, then sent, then settled. Of a worker that is killed, the one on
its way is sent again, with the same Message-ID; one that is refused keeps no other back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import Enum
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Any

from django.core.mail import EmailMessage, mailers
from django.db import DatabaseError, transaction
from django.utils import timezone

from forum.base.outgoing_mail.models import OutgoingMail, OutgoingQuerySet
from forum.base.outgoing_mail.queries import remaining_today

log = logging.getLogger("forum")

#: Between two attempts, and how many there are where a server refuses a mail for now; from
#: which code on it does so for ever (RFC 5321).
_RETRY_AFTER, _MAX_ATTEMPTS, _FINAL = timedelta(minutes=5), 12, 500
#: What a server refuses of the site rather than of one mail: all wait until that is repaired.
_REFUSES_SITE = SMTPAuthenticationError, SMTPConnectError, SMTPHeloError, SMTPSenderRefused
#: After so many mails it is asked again how many may be sent today, as others send too.
_ASK_AGAIN = 20


class Sent(Enum):
    """How ``send_next`` ended."""

    SENT = "sent"
    #: It was not wanted any more, or could not be written.
    DROPPED = "dropped"
    #: The server will never take it.
    REFUSED = "refused"
    #: It is tried again later: the server refused it for now.
    DELAYED = "delayed"
    #: It is tried again later, and so are all others: no server answers.
    NO_SERVER = "no server"


_mailer: ContextVar[Any] = ContextVar("mailer", default=None)


def send_due(send: Callable[[], Sent | None], most: int) -> None:
    """Call ``send`` until nothing is due, no server answers, or ``most`` mails were tried.

    Over one connection to the mail server. Beyond the ceiling of the day nothing is sent:
    what is due waits until midnight.
    """
    with _one_connection():
        for tried in range(most):
            if tried % _ASK_AGAIN == 0:
                remaining = remaining_today()
            if remaining == 0:
                log.warning("As many mails were sent today as may be; others wait.")
                return
            sent = send()
            if sent in (None, Sent.NO_SERVER):
                return
            if sent is Sent.SENT and remaining is not None:
                remaining -= 1


@contextmanager
def _one_connection() -> Iterator[None]:
    """A context in which mails leave over one connection, opened with the first."""
    mailer = mailers["worker"]
    token = _mailer.set(mailer)
    try:
        yield
    finally:
        _mailer.reset(token)
        with suppress(OSError):
            mailer.close()


def deliver(mail: EmailMessage) -> None:
    """Send ``mail`` to the mail server; raise its errors, ``OSError`` or of ``smtplib``."""
    if (mailer := _mailer.get()) is None:
        mail.send(using="worker")
        return
    try:
        mailer.open()
        mailer.send_messages([mail])
    except OSError as error:
        is_of_mail = isinstance(error, SMTPRecipientsRefused | SMTPResponseException)
        if not is_of_mail or isinstance(error, _REFUSES_SITE):
            with suppress(OSError):  # It is of no use any more: the next mail begins another.
                mailer.close()
        raise


def send_next[Row: OutgoingMail](
    queue: OutgoingQuerySet[Row], send: Callable[[Row], Sent]
) -> Sent | None:
    """Send, by ``send``, the mail of ``queue`` that is due the longest; None where none is.

    ``send`` returns ``SENT`` or ``DROPPED``, and raises what mail servers say. Whatever else it
    raises, but of the database, is logged, and the mail tried again as often as one that is
    refused for now: no mail keeps others back.
    """
    if (row := _claim(queue)) is None:
        return None
    try:
        sent = send(row)
    except _REFUSES_SITE:
        log.exception("The mail server refuses the site.")
        sent = Sent.NO_SERVER
    except SMTPResponseException as answer:
        log.warning("A mail was refused: %s.", answer.smtp_code)
        sent = _refused(row, answer.smtp_code)
    except SMTPRecipientsRefused as answer:
        code = max((code for code, _words in answer.recipients.values()), default=550)
        log.warning("A mail was refused for its recipient: %s.", code)
        sent = _refused(row, code)
    except OSError:
        log.exception("No mail could be sent.")
        sent = Sent.NO_SERVER
    except DatabaseError:
        raise
    except Exception:
        log.exception("A mail could not be written.")
        sent = Sent.DROPPED if row.attempts >= _MAX_ATTEMPTS else Sent.DELAYED
    if sent in (Sent.SENT, Sent.DROPPED, Sent.REFUSED):
        settled = {
            "settled_at": timezone.now(),
            "was_sent": sent is Sent.SENT,
            "was_refused": sent is Sent.REFUSED,
        }
        type(row)._base_manager.filter(pk=row.pk).update(**settled)
    return sent


@transaction.atomic(durable=True)
def _claim[Row: OutgoingMail](queue: OutgoingQuerySet[Row]) -> Row | None:
    row = queue.due().select_for_update(skip_locked=True).first()
    if row is not None:
        row.attempts += 1
        row.due_at = timezone.now() + _RETRY_AFTER * row.attempts
        row.save(update_fields=["attempts", "due_at"])
    return row


def _refused(row: OutgoingMail, code: int) -> Sent:
    is_final = code >= _FINAL or row.attempts >= _MAX_ATTEMPTS
    return Sent.REFUSED if is_final else Sent.DELAYED


def delete_settled(queue: type[OutgoingMail], before: datetime, size: int = 2_000) -> int:
    """Delete up to ``size`` mails that were settled ``before`` a moment; return how many."""
    old = queue._base_manager.filter(settled_at__lt=before).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    queue._base_manager.filter(pk__in=pks).delete()
    return len(pks)
