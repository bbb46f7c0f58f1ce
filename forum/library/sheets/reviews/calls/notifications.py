"""What the inbox says of calls: those that one may take, and who took one's own."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, notification_source
from forum.library.sheets.reviews.calls.models import (
    ReviewCall,
    ReviewCallQuerySet,
    ReviewCallRecipient,
    ReviewCallRecipientQuerySet,
    own_calls,
    shown_recipients,
)

#: The newest.
_MAX_ROWS = 10


def _to_take(
    rights: Rights, person_id: int, at: datetime | None
) -> ReviewCallRecipientQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    rows = ReviewCallRecipient.objects.visible_to(viewer, partial(shown_recipients, at=at))
    return rows.order_by("-notified_at", "-pk")[:_MAX_ROWS]


def _taken(rights: Rights, person_id: int) -> ReviewCallQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    rows = ReviewCall.objects.visible_to(viewer, own_calls).filter(opened_by=person_id)
    rows = rows.filter(taken_by__isnull=False).select_related("taken_by")
    return rows.order_by("-ended_at", "-pk")[:_MAX_ROWS]


_TO_TAKE: CompiledQuery[ReviewCallRecipient] = CompiledQuery(_to_take, "person_id", "at")
_TAKEN: CompiledQuery[ReviewCall] = CompiledQuery(_taken, "person_id")


@notification_source(_TO_TAKE)
def calls_to_take(
    _person: User, _viewer: Viewer, rows: list[ReviewCallRecipient]
) -> Iterator[Notification]:
    """The open calls that the person is notified of, without the title: it may be a draft's."""
    for row in rows:
        text = _("Une fiche sur un sujet que vous connaissez cherche un relecteur.")
        url = reverse("review-call", args=[row.call_id])
        yield Notification(row.notified_at, text, url, channel=Channel.DIGEST)


@notification_source(_TAKEN)
def calls_taken(
    _person: User, _viewer: Viewer, rows: list[ReviewCall]
) -> Iterator[Notification]:
    """Who took the calls that the person opened."""
    for row in rows:
        text = _("%(who)s répond à votre appel, et relit votre fiche d’expérience.")
        assert row.taken_by is not None and row.ended_at is not None
        text %= {"who": row.taken_by.full_name}
        url = reverse("sheet-reviews", args=[row.sheet_id])
        yield Notification(row.ended_at, text, url, subject=row.pk)
