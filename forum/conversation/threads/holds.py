"""Posts that wait for an animator, and why; those that are, or were, kept from readers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HoldReason(models.TextChoices):
    """Why a post waits."""

    NEWCOMER = "newcomer", _("ses premiers messages")
    COPIES = "copies", _("même texte dans plusieurs fils")
    LINKS = "links", _("beaucoup de liens")


class _Kept(Protocol):
    """A post that may be kept from readers, for whichever reason."""

    hidden_at: datetime | None
    deleted_at: datetime | None
    held_at: datetime | None
    withheld_move_id: int | None


class Holdable(models.Model):
    """A post that may wait for an animator: since ``held_at``, for the reason ``held_for``.

    ``approved_at``: when one decided that others read it. Refused, it is hidden.
    """

    held_at = models.DateTimeField(null=True, blank=True)
    held_for = models.CharField(max_length=10, choices=HoldReason.choices, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_withheld(self: _Kept) -> bool:
        """Whether only a move that its author has not agreed to keeps it from readers."""
        others = self.hidden_at, self.deleted_at, self.held_at
        return self.withheld_move_id is not None and all(it is None for it in others)

    def hold(self, reason: str) -> None:
        """Set that it waits for an animator, unless ``reason`` is empty."""
        if reason:
            self.held_at, self.held_for = timezone.now(), reason


#: Posts that wait.
HELD = Q(held_at__isnull=False)
#: Posts that waited, and that an animator published.
APPROVED = Q(approved_at__isnull=False)
#: Posts that are hidden, or were and are shown again.
MODERATED = Q(hidden_at__isnull=False) | Q(restored_at__isnull=False)
#: Posts that did not follow their thread to more readers.
WITHHELD = Q(withheld_move__isnull=False)


def own_withheld(person_id: int | None, prefix: str = "") -> Q:
    """The condition that a post of this person is one that ``is_withheld``."""
    own = Q((f"{prefix}author", person_id or 0), (f"{prefix}withheld_move__isnull", False))
    others = "hidden_at", "deleted_at", "held_at"
    return own & Q(*((f"{prefix}{column}", None) for column in others))
