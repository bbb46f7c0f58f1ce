"""What the inbox asks of authors once a year: whether their sheet is still true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.inbox.notification import Notification, mailed_as, waiting_source
from forum.library.sheets.confirmations.queries import sheets_asked_of

if TYPE_CHECKING:
    from forum.library.sheets.models import ExperienceSheet


#: The newest.
_MAX_ROWS = 50


def _asked(rights: Rights, person_id: int, at: datetime | None) -> QuerySet[ExperienceSheet]:
    sheets = sheets_asked_of(Viewer(*rights, person_id=person_id), at)
    return sheets.order_by("-asked_at")[:_MAX_ROWS]


_ASKED: CompiledQuery[ExperienceSheet] = CompiledQuery(_asked, "person_id", "at")


@waiting_source(_ASKED)
def sheets_to_confirm(
    _person: User, _viewer: Viewer, sheets: list[ExperienceSheet]
) -> Iterator[Notification]:
    """The sheets of which the person is asked whether they are still true."""
    for sheet in sheets:
        assert sheet.thread is not None and sheet.asked_at is not None
        text = _("Toujours vrai en %(year)d ? Votre fiche « %(title)s ».")
        text %= {"year": timezone.localdate(sheet.asked_at).year, "title": sheet.thread.title}
        url = reverse("confirm-sheet", args=[sheet.thread_id])
        mailed = mailed_as(sheet.thread.space)
        yield Notification(sheet.asked_at, text, url, is_waiting=True, **mailed)
