"""Mails that could not be read, or failed as they were published: kept, for animators."""

from __future__ import annotations

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.text import without_controls
from forum.base import visibility
from forum.mail.thread_mail.keys import without_keys

#: Of a mail, as much as tells what it is.
_MAX_SHOWN = 20_000


class QuarantinedMailQuerySet(visibility.VisibleQuerySet["QuarantinedMail"]):
    """Mails to a thread, for animators who read it."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))

    def with_beginnings(self) -> Self:
        """Without ``raw``, but for as much of each as is shown."""
        beginning = Substr("raw", 1, 4 * _MAX_SHOWN, output_field=models.BinaryField())
        annotations = {"beginning": beginning}
        return self.defer("raw").annotate(**annotations)


class QuarantinedMail(Addressable):
    """A mail as it came to the address by which ``person`` answers in ``thread``.

    ``fault``: what the programs said, for those who look after the site. ``digest``: SHA-256 of
    ``raw``, so that the same mail is there once.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+")
    arrived_at = models.DateTimeField(auto_now_add=True, db_index=True)
    fault = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    raw = models.BinaryField()
    #: Of a row that was read ``with_beginnings``.
    beginning: bytes

    objects = QuarantinedMailQuerySet.as_manager()

    inbox_watches = (InboxWatch("animators"),)
    export_sections = (ExportSection("quarantined_mails", "person", "arrived_at thread"),)
    privacy_notices = (
        PrivacyNotice(
            _("Les courriels à votre adresse de réponse que le site n’a pas pu lire"),
            _("Ne pas perdre ce que vous avez écrit : contrat"),
            _("Trente jours, ou jusqu’à ce que l’animation les efface"),
            position=8,
        ),
    )
    private_rows = True
    texts_kept_when_closed = "what programs write"
    export_labels = {"quarantined_mails": _("Courriels de vous, mis de côté")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="one_quarantined_mail")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.digest}"

    @property
    def shown_text(self) -> str:
        """The beginning of the mail as it came, but for keys of addresses.

        Of a row that was read by ``with_beginnings``.
        """
        text = bytes(self.beginning).decode("utf-8", errors="replace")
        return without_keys(without_controls(text))[:_MAX_SHOWN]
