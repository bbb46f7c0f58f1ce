"""Who opened the space of one's college by break-glass access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.dates import date_format
from accounts.models import BreakGlassAccess
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.inbox.notification import Notification, notification_source
from forum.models import Space

if TYPE_CHECKING:
    from accounts.users.models import User


#: The newest accesses; the log of the space, to which each leads, has them all.
_MAX_ACCESSES = 20


def _accesses(rights: Rights) -> QuerySet[BreakGlassAccess]:
    spaces = Space.objects.visible_to(rights).filter(college=OuterRef("college"))
    slug = Subquery(spaces.order_by("-order", "-pk").values("slug")[:1])
    rows = BreakGlassAccess.objects.filter(college__in=rights.college_ids)
    annotations = {"space_slug": slug}
    rows = rows.annotate(**annotations).exclude(Q(("space_slug", None)))
    return rows.select_related("person").order_by("-opened_at")[:_MAX_ACCESSES]


_ACCESSES = CompiledQuery(_accesses)


@notification_source(_ACCESSES)
def accesses(
    person: User, viewer: Viewer, rows: Iterable[BreakGlassAccess]
) -> Iterator[Notification]:
    """The accesses to the spaces of the viewer's colleges: by whom, until when and why."""
    for access in rows if viewer.college_ids else ():
        text = _("%(who)s a ouvert la pièce de votre collège, jusqu’au %(until)s : %(why)s")
        until = date_format(timezone.localtime(access.end), "j F, G \\h i")
        values = {"who": access.person.full_name, "until": until, "why": access.reason}
        url = reverse("break-glass-log", args=[access.space_slug])
        yield Notification(access.opened_at, text % values, url, subject=access.pk)
