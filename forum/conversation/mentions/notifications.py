"""Who is named or quoted in a post is told, as is who represents an organisation named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Seat
from forum.conversation.follows.models import Level, is_at_level, muted_author
from forum.conversation.follows.subscriptions.queries import is_subscribed_at
from forum.conversation.inbox.notification import (
    Notification,
    Reason,
    mailed_as,
    notification_source,
)
from forum.conversation.mentions.models import Mention, Quotation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights, Viewer


#: The newest.
_MAX_MENTIONS = 50


def _notification(row: Mention | Quotation, since: datetime) -> Notification:
    post = row.post
    values = {"who": post.author.full_name, "title": post.thread.title}
    if isinstance(row, Quotation):
        reason, text = Reason.QUOTED, _("%(who)s vous cite dans « %(title)s ».")
    elif row.person_id:
        reason, text = Reason.NAMED, _("%(who)s vous nomme dans « %(title)s ».")
    else:
        reason = Reason.ORGANISATION_NAMED
        text = _("%(who)s nomme « %(name)s » dans « %(title)s ».")
        assert row.organisation is not None
        values["name"] = row.organisation.name
    # A post that waited is told of as it is approved.
    at = max(since, post.approved_at or since)
    text, url, mailed = text % values, post.get_absolute_url(), mailed_as(post.thread.space)
    return Notification(at, text, url, post=post, reason=reason, **mailed)


def _mentions(rights: Rights, person_id: int, at: datetime) -> QuerySet[Mention]:
    seats = Seat.objects.representing(at).filter(person=person_id)
    organisations = seats.values("organisation")
    concerned = Q(person=person_id) | Q(organisation__in=organisations)
    concerned |= Q(organisation__merged_into__in=organisations)
    rows = Mention.objects.visible_to(rights).filter(concerned)
    return _newest(rows, person_id).select_related("organisation", *_SHOWN)


def _quotations(rights: Rights, person_id: int) -> QuerySet[Quotation]:
    rows = Quotation.objects.visible_to(rights).filter(quoted__author=person_id)
    return _newest(rows, person_id).select_related(*_SHOWN)


_SHOWN = "post__author", "post__thread__space"


def _newest[Row: (Mention, Quotation)](rows: QuerySet[Row], person_id: int) -> QuerySet[Row]:
    """The newest of ``rows`` but for the person's own posts and what they muted."""
    rows = rows.exclude(post__author=person_id)
    rows = rows.exclude(muted_author(person_id, "post__author"))
    rows = rows.exclude(is_at_level(person_id, "post__thread", Level.MUTED))
    rows = rows.exclude(is_subscribed_at(person_id, Level.MUTED, thread="post__thread__"))
    return rows.order_by("-pk")[:_MAX_MENTIONS]


_MENTIONS = CompiledQuery(_mentions, "person_id", "at")
_QUOTATIONS = CompiledQuery(_quotations, "person_id")


@notification_source(_MENTIONS, _QUOTATIONS)
def mentions(
    _person: User, _viewer: Viewer, named: Iterable[Mention], quoted: Iterable[Quotation]
) -> Iterator[Notification]:
    """Where the person is named or quoted, or an organisation that they represent is named.

    Of one post since the first of these: what an edit adds is no news.
    """
    by_post: dict[int, list[Mention | Quotation]] = {}
    all_rows: list[Mention | Quotation] = [*named, *quoted]
    for row in all_rows:
        by_post.setdefault(row.post_id, []).append(row)
    for rows in by_post.values():
        since = min(row.created_at for row in rows)
        for row in rows:
            yield _notification(row, since)
