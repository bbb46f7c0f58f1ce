"""Which organisations were told of which question: what the ceiling of a week counts."""

from __future__ import annotations

from functools import partial

from django.db import models
from django.utils import timezone

from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility


class AskedOrganisationQuerySet(visibility.VisibleQuerySet["AskedOrganisation"]):
    """Organisations that were asked, seen where the threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class AskedOrganisation(models.Model):
    """An organisation is told of a question that is put to it, to its territory or a person.

    Once a thread. These rows are what the ceiling of a week counts: whoever has none of an
    ``addressee`` was not told of it, since they had been told of enough.
    """

    addressee = models.ForeignKey(
        "forum.ThreadAddressee", models.CASCADE, related_name="asked_organisations"
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+")
    # The constraint and the index below begin with it.
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(default=timezone.now)

    objects = AskedOrganisationQuerySet.as_manager()

    inbox_watches = (
        InboxWatch(
            "thread",
            changed="OLD.organisation_id <> NEW.organisation_id"
            " OR OLD.thread_id <> NEW.thread_id",
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "thread"], name="organisation_asked_for_thread"
            )
        ]
        indexes = [models.Index(fields=["organisation", "asked_at"], name="asked_by_date")]

    def __str__(self) -> str:
        return f"{self.thread_id} → {self.organisation_id}"
