"""Changes of a person's own account, besides those of allauth."""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from accounts.base.locks import lock_row
from accounts.users.models import Session, User

#: Rows that one transaction deletes.
_BATCH = 500
#: How exact ``User.seen_at`` is: it is written no oftener.
SEEN_INTERVAL = timedelta(minutes=5)
#: Who looks at a list so long after the last time is on another visit.
VISIT_GAP = timedelta(minutes=30)


def mark_inbox_read(person: User, until: datetime) -> None:
    """Mark what the inbox of ``person`` held at the moment ``until`` as read.

    A later moment than now counts as now; what is read already stays read.
    """
    until = min(until, timezone.now())
    User.objects.filter(pk=person.pk, inbox_read_at__lt=until).update(inbox_read_at=until)


def mark_newsletter_read(person: User, week: date) -> None:
    """Mark the newsletter of ``week``, a Monday, and those before as read by ``person``."""
    if person.newsletter_read_week is None or person.newsletter_read_week < week:
        User.objects.filter(pk=person.pk).update(newsletter_read_week=week)


def note_visit(person: User) -> bool:
    """Note that ``person`` looks at a list; return whether a visit begins with it.

    ``seen_at`` and ``last_visit_at`` of ``person`` are then those of this visit.
    """
    now = timezone.now()
    begins = now - person.seen_at > VISIT_GAP
    if now - person.seen_at < SEEN_INTERVAL:
        return False
    values = {"seen_at": now} | ({"last_visit_at": person.seen_at} if begins else {})
    # Of two pages that open at once, one begins the visit.
    changed = User.objects.filter(pk=person.pk, seen_at=person.seen_at).update(**values)
    for name, value in values.items():
        setattr(person, name, value)
    return bool(changed and begins)


@transaction.atomic
def end_other_sessions(person: User, session: SessionBase | None = None) -> None:
    """End all sessions of ``person`` but ``session``, a SessionStore of theirs, where given.

    Also those that begin in this moment: none has the new salt.
    """
    salt = get_random_string(32)
    User.objects.filter(pk=person.pk).update(session_salt=salt)
    person.session_salt = salt
    if session is not None:
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()


#: What allauth encrypts in the data of a second factor.
_ENCRYPTED = {"secret", "seed", "migrated_codes"}


def reencrypt_second_factors() -> int:
    """Encrypt the secrets of all second factors with today's key; return how many factors.

    So that a key of before can be taken out of ``FORUM_SECRET_KEY_FALLBACKS``.
    """
    pks = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update(of=("self",)).get(pk=pk)
            for name in _ENCRYPTED & factor.data.keys():
                factor.data[name] = _reencrypted(factor.data[name])
            factor.save(update_fields=["data"])
    return len(pks)


def _reencrypted(stored: str) -> str:
    if isinstance(stored, list):
        return [_reencrypted(value) for value in stored]
    text: str = get_adapter().reencrypt(stored)
    return text


@transaction.atomic
def discard_sign_up(person: User) -> None:
    """Discard what an unverified sign-up with someone's address has set: password and name.

    For whoever proves that the address is theirs, and may never have signed up with it.
    ``person`` is then as the database has it: who signs in goes on with it.
    """
    lock_row(User, person.pk)
    person.set_unusable_password()
    person.full_name = gettext("Nouveau membre")
    person.save(update_fields=["password", "full_name"])
    end_other_sessions(person)


def delete_expired_sessions(at: datetime | None = None) -> int:
    """Delete the sessions that have expired, _BATCH at a time; return how many."""
    expired = Session.objects.filter(expire_date__lte=at or timezone.now())
    return _delete_in_batches(expired.order_by("expire_date"))


def delete_unverified_accounts(at: datetime | None = None) -> int:
    """Delete sign-ups whose address was never verified, after FORUM_RETENTION days.

    Only those with which nothing was done: no sign-in, no seat, no signature. Return how many.
    """
    days = settings.FORUM_RETENTION["unverified_accounts"]
    untouched = User.objects.filter(
        joined_at__lte=(at or timezone.now()) - timedelta(days=days),
        last_login=None,
        is_animator=False,
        is_superuser=False,
        seats=None,
        signatures=None,
        log_entries=None,
    )
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    unverified = untouched.filter(~Exists(verified), emailaddress__isnull=False)
    return _delete_in_batches(unverified.order_by("pk"))


def lift_ended_suspensions(at: datetime | None = None) -> int:
    """Note that suspensions have ended, for the directory, which does not ask the clock.

    Everywhere else they ended at their moment. Return how many.
    """
    ended = User.objects.filter(suspended_until__lte=at or timezone.now())
    return ended.update(suspended_at=None, suspended_until=None)


def _delete_in_batches(rows: QuerySet[Any]) -> int:
    count = 0
    while pks := list(rows.values_list("pk", flat=True)[:_BATCH]):
        rows.model._base_manager.filter(pk__in=pks).delete()
        count += len(pks)
    return count
