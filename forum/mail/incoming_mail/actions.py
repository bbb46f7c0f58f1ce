"""Counting mails that come in."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from forum.mail.incoming_mail.models import MailCount, MailResult

log = logging.getLogger("forum")
#: For how long counts are kept.
RETENTION = timedelta(days=365)


def count_mail(result: MailResult) -> None:
    """Count one more with this ``result``, today. A count that fails, fails nothing else."""
    about: dict[str, Any] = {"day": timezone.localdate(), "result": result}
    try:
        with transaction.atomic():
            MailCount.objects.get_or_create(**about)
            MailCount.objects.filter(**about).update(number=F("number") + 1)
    except DatabaseError:
        log.exception("A mail could not be counted.")


def delete_old_counts() -> None:
    """Forget what was counted long ago."""
    MailCount.objects.filter(day__lt=timezone.localdate() - RETENTION).delete()
