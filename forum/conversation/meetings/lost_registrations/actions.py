"""Noting who lost one, as the registrations of a meeting change."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from forum.conversation.meetings.lost_registrations.models import LostRegistration


def note_lost_registrations(people: Iterable[int]) -> None:
    """Note that these people, by their ids, lost one; within the transaction that takes it."""
    now = timezone.now()
    LostRegistration.objects.bulk_create(
        [LostRegistration(person_id=pk, lost_at=now) for pk in sorted(people)],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["lost_at"],
    )
