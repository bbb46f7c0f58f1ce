"""Making and removing the address of one's calendar feed. All is one's own affair."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.meetings.calendar_feeds.models import CalendarFeed, new_token
from forum.conversation.threads.queries import lock_active_account


@transaction.atomic(durable=True)
def make_calendar_feed(actor: Viewer) -> CalendarFeed:
    """Make an address for ``actor``; return it. The one before is worth nothing from now on."""
    _lock_account(actor)
    made = {"token": new_token(), "made_at": timezone.now()}
    feed, _is_new = CalendarFeed.objects.update_or_create(
        person_id=actor.person_id, defaults=made
    )
    return feed


@transaction.atomic(durable=True)
def remove_calendar_feed(actor: Viewer) -> None:
    """Remove the address of ``actor``; twice is once."""
    CalendarFeed.objects.visible_to(actor).delete()


def _lock_account(actor: Viewer) -> None:
    require(actor.is_registered, _("Pour une adresse à vous, il faut un compte."))
    lock_active_account(actor, even_silenced=True)
