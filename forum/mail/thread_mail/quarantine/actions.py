"""Setting a mail aside that could not be read, and deleting it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.viewers.viewers import Viewer
from forum.base.rules import require_moderator
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.quarantine.mail import send_notice
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.queries import mail_setting_of

#: For how long they are kept, and how many at once, of all and of one person: then the mail
#: server keeps them.
RETENTION, MAX_MAILS, MAX_OF_PERSON = timedelta(days=30), 200, 10
#: Of how many of their mails a person is told in a day.
_MAX_NOTICES = 3


class QuarantineFull(Exception):
    """So many mails are set aside that no further one is."""


def quarantine_mail(key: ThreadMailKey, raw: bytes, fault: Exception) -> None:
    """Keep ``raw``, which came to the address of ``key``, and tell its person; once.

    Raise QuarantineFull where MAX_MAILS others are kept, or MAX_OF_PERSON of its person.
    """
    rows = QuarantinedMail.objects
    about = {"person": key.person, "digest": sha256(raw).hexdigest()}
    of_person = rows.filter(person=key.person).count()
    is_full = rows.count() >= MAX_MAILS or of_person >= MAX_OF_PERSON
    if is_full and not rows.filter(**about).exists():
        raise QuarantineFull
    defaults = {
        "thread": key.thread,
        "fault": f"{type(fault).__name__}: {fault}"[:200],
        "raw": raw,
    }
    _row, is_new = rows.get_or_create(**about, defaults=defaults)
    since = timezone.now() - timedelta(days=1)
    today = rows.filter(person=key.person, arrived_at__gt=since).count()
    if is_new and today <= _MAX_NOTICES:
        with override(mail_setting_of(key.person_id).language):
            send_notice(key)


@transaction.atomic(durable=True)
def delete_quarantined_mail(pk: int, actor: Viewer) -> None:
    """Delete one that ``actor`` sees. Raise DoesNotExist where there is none."""
    require_moderator(actor)
    rows = QuarantinedMail.objects.visible_to(actor).select_for_update(of=("self",))
    rows.get(pk=pk).delete()


def find_quarantined_mail(pk: int, actor: Viewer) -> QuarantinedMail:
    """One that ``actor`` sees, to be tried again. Raise DoesNotExist where there is none."""
    require_moderator(actor)
    return QuarantinedMail.objects.visible_to(actor).get(pk=pk)


def delete_retried_mail(pk: int) -> None:
    """Delete one that was read at last, unless another press has deleted it."""
    QuarantinedMail.objects.filter(pk=pk).delete()


def delete_old_quarantined_mails(size: int = 200) -> int:
    """Forget up to ``size`` mails that came long ago; return how many."""
    old = QuarantinedMail.objects.filter(arrived_at__lt=timezone.now() - RETENTION)
    pks = list(old.order_by("pk").values_list("pk", flat=True)[:size])
    QuarantinedMail.objects.filter(pk__in=pks).delete()
    return len(pks)
