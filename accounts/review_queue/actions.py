"""Claiming what waits for animators, and giving it back."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.review_queue.models import CLAIM_LIFETIME, ReviewClaim
from accounts.review_queue.sources import ReviewSource
from accounts.users.models import User
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import viewer_of_person


@transaction.atomic(durable=True)
def claim_item(source: ReviewSource, pk: int, person: User) -> ReviewClaim | None:
    """Claim the row ``pk`` of ``source`` for ``person``; return the claim.

    It holds for half an hour; their own is renewed. None where nothing waits there for them.
    Raise PermissionDenied unless they are an animator, and where another has it.
    """
    require_animator(person)
    if not source.waiting(viewer_of_person(person), None).filter(pk=pk).exists():
        return None
    now = timezone.now()
    ReviewClaim.objects.filter(claimed_at__lte=now - CLAIM_LIFETIME).delete()
    claim, is_new = ReviewClaim.objects.get_or_create(
        source=source.name, item_id=pk, defaults={"claimed_by": person, "claimed_at": now}
    )
    if not is_new:
        claim = lock_row(ReviewClaim, claim.pk)
        _require_own(claim, person.pk)
        claim.claimed_at = now
        claim.save(update_fields=["claimed_at"])
    return claim


@transaction.atomic(durable=True)
def release_item(source: ReviewSource, pk: int, person: User) -> None:
    """Give back what ``person`` claimed, if they have it."""
    claims = ReviewClaim.objects.filter(source=source.name, item_id=pk, claimed_by=person)
    claims.delete()


def require_unclaimed(source_name: str, pk: int, person_id: int) -> None:
    """Raise PermissionDenied where another than ``person_id`` has claimed this row.

    For the action that decides about it, which has locked the row.
    """
    claim = ReviewClaim.objects.current().filter(source=source_name, item_id=pk).first()
    if claim is not None:
        _require_own(claim, person_id)


def _require_own(claim: ReviewClaim, person_id: int) -> None:
    if claim.claimed_by_id != person_id:
        words = _(
            "%(who)s s’en occupe. Si personne ne décide, c’est à nouveau libre à %(time)s."
        )
        until = timezone.localtime(claim.lapses_at)
        raise PermissionDenied(words % {"who": claim.claimed_by, "time": f"{until:%H:%M}"})
