"""The mails that could not be read, among what waits for animators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.review_queue.sources import review_source
from forum.mail.thread_mail.quarantine.models import QuarantinedMail

if TYPE_CHECKING:
    from accounts.review_queue.sources import Words
    from accounts.viewers.viewers import Viewer
    from forum.mail.thread_mail.quarantine.models import QuarantinedMailQuerySet


def _waiting(viewer: Viewer, _at: datetime | None) -> QuarantinedMailQuerySet:
    return QuarantinedMail.objects.visible_to(viewer).defer("raw")


@review_source(
    "courriels",
    gettext_lazy("Courriels illisibles"),
    _waiting,
    "arrived_at",
    60,
    related=("person",),
    action_label=gettext_lazy("Lire"),
)
def mail_item(mail: QuarantinedMail) -> Words:
    """A mail, and whose it is."""
    return _("Un courriel n’a pas pu être lu"), reverse("quarantined-mails"), str(mail.person)
