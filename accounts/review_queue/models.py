"""Claims: who is looking at what waits for animators, so that two do not do the same."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.base.models import Addressable

#: How long a claim holds; whoever claimed may claim again.
CLAIM_LIFETIME = timedelta(minutes=30)


class ReviewClaimQuerySet(models.QuerySet["ReviewClaim"]):
    """Queries of claims."""

    def current(self, at: datetime | None = None) -> Self:
        """Those that have not lapsed at ``at`` (now by default)."""
        return self.filter(claimed_at__gt=(at or timezone.now()) - CLAIM_LIFETIME)


class ReviewClaim(Addressable):
    """``claimed_by`` is looking at the row ``item_id`` of the review source ``source``."""

    source = models.SlugField(max_length=40)
    item_id = models.BigIntegerField()
    claimed_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(default=timezone.now)

    objects = ReviewClaimQuerySet.as_manager()

    not_exported = {"claimed_by": "who looks at what now: gone after half an hour"}

    class Meta:
        verbose_name = "prise en charge"
        constraints = [
            models.UniqueConstraint(fields=["source", "item_id"], name="one_claim_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.item_id}: {self.claimed_by}"

    @property
    def lapses_at(self) -> datetime:
        """When it no longer holds."""
        return self.claimed_at + CLAIM_LIFETIME
