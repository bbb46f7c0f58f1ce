"""Asking that one's account be closed, taking that back, and what of it concerns accounts.

``forum/members/closing/actions.py`` closes it, step by step; here are the steps that concern
what the forum does not know of. Each may be done twice.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.erasure import delete_with_files, erase_address, erase_rows_about
from accounts.base.locks import lock_row
from accounts.charter.signing_requests.models import SigningRequest
from accounts.closing.models import AccountClosing
from accounts.closing.queries import inactive_people
from accounts.closing.rules import closing_refusal
from accounts.groups.models import GroupEntry
from accounts.organisations.actions import lock_organisation
from accounts.organisations.models import Seat
from accounts.users.actions import end_other_sessions
from accounts.users.models import FORMER_NAME, User

#: Days before the end, of the two warnings of someone who has not come for very long.
INACTIVITY_WARNINGS = 60, 14
#: People that one run of the worker warns: so that a site that was quiet for years does not
#: send all its mail at once.
_WARNED_AT_ONCE = 200


@transaction.atomic(durable=True)
def ask_to_close(
    person: User, deletes_all_posts: bool = False, days: int | None = None
) -> AccountClosing:
    """Schedule the closing of the account of ``person``, in FORUM_RETENTION days or ``days``.

    Return the AccountClosing; asking again changes what becomes of posts, not the day. Raise
    PermissionDenied where it cannot be closed.
    """
    person = lock_row(User, person.pk)
    _require_may_close(person)
    days = settings.FORUM_RETENTION["closing"] if days is None else days
    due = timezone.now() + timedelta(days=days)
    closing, is_new = AccountClosing.objects.get_or_create(
        person=person, defaults={"due_at": due}
    )
    if closing.is_for_inactivity:  # They have come, and ask for it themselves.
        closing.is_for_inactivity, closing.asked_at, is_new = False, timezone.now(), True
    if is_new or days == 0:
        closing.due_at = due
    closing.deletes_all_posts = deletes_all_posts
    closing.save()
    closing.was_asked_before = not is_new
    return closing


@transaction.atomic(durable=True)
def take_back_closing(person: User) -> bool:
    """Keep the account of ``person``; return whether it was about to be closed.

    Raise PermissionDenied where it is being closed already.
    """
    person = lock_row(User, person.pk)
    if not person.is_active:
        raise PermissionDenied(_("Ce compte est fermé."))
    count, _rows = AccountClosing.objects.filter(person=person).delete()
    return bool(count)


@transaction.atomic(durable=True)
def begin_closing(person_id: int, at: datetime | None = None) -> AccountClosing | None:
    """Let nobody enter or write any more; return the AccountClosing, None if there is none due.

    From here on the closing goes on to its end, whatever interrupts it. None too where the
    person has come back, or where the account may not be closed for now. What they are writing
    is waited for: the next steps find it.
    """
    person = User._base_manager.select_for_update(of=("self",)).get(pk=person_id)
    closing = AccountClosing.objects.due(at).filter(person=person).first()
    if closing is None or not person.is_active:
        return closing
    revisited = AccountClosing.objects.revisited().filter(pk=closing.pk)
    if revisited.exists() or closing_refusal(person):
        return None
    person.is_active = False
    person.is_animator = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save(
        update_fields=["is_active", "is_animator", "is_staff", "is_superuser", "password"]
    )
    end_other_sessions(person)
    return closing


def end_seats(person: User) -> None:
    """End the seats of ``person`` and forget their positions, which may name them."""
    for seat_id, organisation in person.seats.values_list("pk", "organisation"):
        with transaction.atomic(durable=True):
            lock_organisation(organisation)
            seat, now = lock_row(Seat, seat_id), timezone.now()
            if not seat.is_over:
                seat.ended_at, seat.ended_by = now, None
            # The posts are announced with their author's new name.
            seat.departed_at = seat.departed_at or now
            seat.position, seat.is_contact, seat.refusal = "", False, ""
            seat.save(
                update_fields=[
                    "ended_at", "ended_by", "departed_at", "position", "is_contact", "refusal",
                ]
            )  # fmt: skip


def known_addresses(person: User) -> list[str]:
    """The addresses of ``person``, in lower case: those that they proved to be theirs."""
    rows = EmailAddress.objects.filter(user=person).values_list("email", "verified")
    proved = {email.casefold(): verified for email, verified in rows}
    proved.setdefault(person.email.casefold(), True)
    return sorted(email for email, verified in proved.items() if verified)


def erase_accounts_rows(person: User) -> None:
    """Erase what hangs on ``person``, and what others keep under one of their addresses."""
    for given in person.signatures.all():  # What prepared it names who has signed.
        SigningRequest.objects.filter(
            organisation=given.organisation_id, signed_at=given.signed_at
        ).delete()
    for address in known_addresses(person):
        for model, name in [(GroupEntry, "address"), (SigningRequest, "email")]:
            rows = model._default_manager.filter(**{f"{name}__iexact": address})
            delete_with_files(model, tuple(rows.values_list("pk", flat=True)))
        erase_address(address, person.full_name, but=User)
    erase_rows_about(person)


@transaction.atomic(durable=True)
def forget_name(person_id: int) -> str:
    """Take the name and address from the row of the person; return the address it had.

    An empty string where that was done before.
    """
    person = lock_row(User, person_id)
    if person.closed_at:
        return ""
    address, now = person.email, timezone.now()
    person.full_name, person.email = FORMER_NAME, f"{person.pk}@closed.invalid"
    person.is_unclaimed = False
    person.closed_at = person.seen_at = person.last_visit_at = person.inbox_read_at = now
    person.last_login = None
    person.save()
    return address


def cancel_revisited() -> int:
    """Keep the accounts of those who have come back since they were warned; return how many."""
    count, _rows = AccountClosing.objects.revisited().delete()
    return count


@transaction.atomic(durable=True)
def warn_inactive(person_id: int, at: datetime | None = None) -> AccountClosing | None:
    """Note that ``person_id`` is warned for the first time; return the closing, or None."""
    now, first = at or timezone.now(), INACTIVITY_WARNINGS[0]
    lock_row(User, person_id)
    person = inactive_people(first, now).filter(pk=person_id).first()
    if person is None or closing_refusal(person):
        return None
    return AccountClosing.objects.create(
        person=person,
        asked_at=now,
        due_at=now + timedelta(days=first),
        is_for_inactivity=True,
    )


def people_to_warn(at: datetime | None = None) -> list[int]:
    """The ids of those to warn for the first time, the longest away first."""
    people = inactive_people(INACTIVITY_WARNINGS[0], at).order_by("seen_at", "pk")
    return list(people.values_list("pk", flat=True)[:_WARNED_AT_ONCE])


@transaction.atomic(durable=True)
def remind_inactive(at: datetime | None = None) -> list[AccountClosing]:
    """Note that those whose end is near are warned again; return their closings."""
    now = at or timezone.now()
    near = now + timedelta(days=INACTIVITY_WARNINGS[1])
    rows = AccountClosing.objects.filter(
        is_for_inactivity=True, reminded_at=None, due_at__lte=near, person__is_active=True
    )
    rows = rows.select_for_update(of=("self",), skip_locked=True).select_related("person")
    closings = list(rows.order_by("due_at")[:_WARNED_AT_ONCE])
    for closing in closings:
        closing.reminded_at = now
        # Whatever kept the worker from it, fourteen days are left.
        closing.due_at = max(closing.due_at, near)
        closing.save(update_fields=["reminded_at", "due_at"])
    return closings


def _require_may_close(person: User) -> None:
    if not person.is_active:
        raise PermissionDenied(_("Ce compte est fermé."))
    if reason := closing_refusal(person):
        raise PermissionDenied(reason)
