"""Archives and what they hold, for those who may see it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from forum.base import visibility
from forum.mail.mail_archives.authentication import UNVERIFIED_ADDRESS

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer


def mail_archives(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """For animators, the archives of the spaces that they read; for others none."""
    if not viewer.is_animator:
        return Q((f"{prefix}pk__in", []))
    return visibility.spaces(viewer, prefix=f"{prefix}space__")


class MailArchiveQuerySet(visibility.VisibleQuerySet[Any]):
    """Archives."""

    rule = staticmethod(mail_archives)


class ArchivedThreadQuerySet(visibility.VisibleQuerySet[Any]):
    """Threads of archives."""

    rule = staticmethod(partial(mail_archives, prefix="archive__"))


class ArchivedMailQuerySet(visibility.VisibleQuerySet[Any]):
    """Mails of archives."""

    rule = staticmethod(partial(mail_archives, prefix="archive__"))


class MailAuthorQuerySet(QuerySet[Any]):
    """Who wrote to lists."""

    def claimable(self) -> Self:
        """Those with posts that nobody has claimed, and somebody may."""
        return self.filter(unclaimed__isnull=False).exclude(address=UNVERIFIED_ADDRESS)
