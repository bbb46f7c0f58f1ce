"""Writing, opening and deleting what the law asks to keep of authors."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.author_records.cipher import decrypt, encrypt
from accounts.author_records.models import RETENTION, AuthorRecord, Category
from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.users.models import User

#: Characters that a reason to open records needs: enough to name the request.
MIN_REASON_LENGTH = 15
#: Rows deleted in one transaction, so that nothing waits for them.
_BATCH = 1000


@transaction.atomic(durable=True)
def record_closed_account(person_id: int) -> None:
    """Store who the person was, as they gave it, before their account is erased.

    Once: a closing that begins again finds them kept. Nothing where there is no key.
    """
    person = lock_row(User, person_id)
    records = AuthorRecord.objects.filter(person_id=person.pk).exclude(
        category=Category.CONNECTION
    )
    if not settings.FORUM_AUTHOR_RECORDS_KEYS or person.closed_at or records.exists():
        return
    contents = {Category.IDENTITY: _identity(person), Category.ACCOUNT: _account(person)}
    now = timezone.now()
    AuthorRecord.objects.bulk_create(
        AuthorRecord(category=category, person_id=person.pk, at=now, content=encrypt(values))
        for category, values in contents.items()
    )


@transaction.atomic(durable=True)
def open_records(
    *, by: str, reason: str, person_id: int | None = None, post_id: int | None = None
) -> list[tuple[AuthorRecord, dict[str, Any] | None]]:
    """The records of a person, or of a post and of who wrote it: pairs (record, its values).

    The values are None where no key reads them. ``by`` says who opens them, and ``reason`` for
    whom and on what ground; the log of moderation keeps both, with the number of the person,
    whom it does not tell: the law may forbid that. Raise PermissionDenied without them.
    """
    by, reason = by.strip(), reason.strip()
    if not by or len(reason) < MIN_REASON_LENGTH:
        raise PermissionDenied(_("Dites qui ouvre ces données, et sur quelle demande."))
    wanted = Q(post_id=post_id) if person_id is None else Q(person_id=person_id)
    if person_id is None:
        authors = AuthorRecord.objects.filter(post_id=post_id).values("person_id")
        wanted |= Q(person_id__in=authors, post_id=None)
    rows = list(AuthorRecord.objects.filter(wanted).order_by("at", "pk"))
    about = f"post {post_id}" if person_id is None else f"person {person_id}"
    record_action(
        LoggedAction.OPEN_AUTHOR_RECORDS,
        None,
        post_id=post_id,
        reason=f"{about}, {by}: {reason}",
    )
    return [(row, decrypt(row.content)) for row in rows]


def delete_old_records(at: datetime | None = None) -> int:
    """Delete the records whose time is over, some at a time; return how many."""
    now, count = at or timezone.now(), 0
    for category, name in RETENTION.items():
        before = now - timedelta(days=settings.FORUM_RETENTION[name])
        old = AuthorRecord.objects.filter(category=category, at__lte=before).order_by("at")
        while pks := list(old.values_list("pk", flat=True)[:_BATCH]):
            count += AuthorRecord.objects.filter(pk__in=pks).delete()[0]
    return count


def _identity(person: User) -> dict[str, Any]:
    seats = person.seats.select_related("organisation").order_by("pk")
    return {
        "name": person.full_name,
        "addresses": sorted(
            {
                person.email,
                *EmailAddress.objects.filter(user=person).values_list("email", flat=True),
            }
        ),
        "organisations": [
            {
                "name": seat.organisation.name,
                "position": seat.position,
                "from": seat.started_at.isoformat(),
                "until": seat.ended_at and seat.ended_at.isoformat(),
                "confirmed": bool(seat.confirmed_at),
            }
            for seat in seats
        ],
    }


def _account(person: User) -> dict[str, Any]:
    factors = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    return {
        "joined": person.joined_at.isoformat(),
        "last_seen": person.seen_at and person.seen_at.isoformat(),
        "second_factors": sorted(factors),
        "identity_providers": sorted(
            SocialAccount.objects.filter(user=person).values_list("provider", flat=True)
        ),
    }
