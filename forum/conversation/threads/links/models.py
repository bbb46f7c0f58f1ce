"""Which thread leads to which other, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.json_rows import rows_as_json
from accounts.base.models import Addressable
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer


def _seen(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The condition that a link is seen: both its threads are."""
    this, other = (visibility.threads(viewer, f"{prefix}{it}__") for it in ("thread", "linked"))
    return this & other


class ThreadLinkQuerySet(visibility.VisibleQuerySet["ThreadLink"]):
    """Links between threads."""

    rule = staticmethod(_seen)


class LinkKind(models.TextChoices):
    """What one finds in the linked thread."""

    SEE_ALSO = "see_also", _("Voir aussi")
    ANSWERED_IN = "answered_in", _("La réponse est dans cet autre fil")


class ThreadLink(Addressable):
    """``thread`` leads to ``linked``, as ``made_by`` says: once at most."""

    # The constraint below is an index on it as well.
    thread = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="links", db_index=False
    )
    linked = models.ForeignKey("forum.Thread", models.CASCADE, related_name="links_here")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="thread_links"
    )
    made_at = models.DateTimeField(default=timezone.now)

    objects = ThreadLinkQuerySet.as_manager()
    export_sections = (ExportSection("thread_links", "made_by", "thread linked kind made_at"),)
    privacy_notices = (
        PrivacyNotice(
            _("Les liens que vous faites d’un fil à un autre"),
            _("Les montrer à qui lit les deux fils : contrat"),
            _("Jusqu’à ce qu’ils soient retirés ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )
    export_labels = {"thread_links": _("Liens que vous avez faits entre des fils")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "linked"], name="thread_linked_once"),
            models.CheckConstraint(
                condition=~Q(thread=F("linked")), name="thread_links_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} → {self.linked_id}"


def linked_threads(viewer: Viewer | Rights) -> dict[str, Subquery]:
    """The annotations of a thread's query in which ``shown_links`` finds what it reads.

    They are the threads that ``viewer`` sees, of those it leads to and that lead to it.
    """
    return {
        "linked_threads": _threads_text(viewer, "thread", "linked"),
        "linking_threads": _threads_text(viewer, "linked", "thread"),
    }


def _threads_text(viewer: Viewer | Rights, this: str, other: str) -> Subquery:
    seen = visibility.threads(viewer, f"{other}__")
    links = ThreadLink.objects.filter(seen, **{this: OuterRef("pk")})
    return rows_as_json(links, this, "kind", f"{other}_id", f"{other}__title")
