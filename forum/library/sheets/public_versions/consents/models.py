"""What each author says of a public version, and how it names them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch


class ConsentAnswer(models.TextChoices):
    """What an author says of a public version."""

    YES = "yes", _("oui")
    NO = "no", _("non")


class ShownName(models.TextChoices):
    """How an author is named to the public."""

    NAME = "name", _("mon nom et mon organisation")
    ORGANISATION = "organisation", _("mon organisation, sans mon nom")
    NONE = "none", _("ni l’un ni l’autre")


class AuthorConsent(models.Model):
    """What ``person``, who writes the sheet for ``seat``, says of a public version of it.

    ``answer`` is empty until they do; ``remark`` is what they would have changed, for the
    authors. ``shown_name`` is how the public page names them.
    """

    # The constraint below is an index on it as well.
    version = models.ForeignKey(
        "forum.PublicVersion", models.CASCADE, related_name="consents", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="public_sheet_consents"
    )
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=3, choices=ConsentAnswer, blank=True)
    shown_name = models.CharField(
        _("comment vous y êtes nommé"),
        max_length=12,
        choices=ShownName,
        default=ShownName.NAME,
    )
    without_prices = models.BooleanField(default=False)
    remark = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    inbox_watches = (InboxWatch("person version__proposed_by"),)
    export_sections = (
        ExportSection(
            "public_sheet_consents",
            "person",
            "thread=version__sheet__thread answer shown_name without_prices remark answered_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Votre accord pour qu’une fiche devienne publique, et sous quel nom"),
            _(
                "Ne la montrer à tous, et dans les données ouvertes, qu’avec la parole de "
                "chaque auteur : consentement, que vous pouvez retirer à tout moment"
            ),
            _(
                "Autant que la fiche ; votre compte fermé, elle reste publique si vous l’aviez "
                "accepté, sans votre nom"
            ),
            position=6,
        ),
    )
    searched_texts = {"remark": "person"}
    export_labels = {"public_sheet_consents": _("Vos accords pour des fiches publiques")}

    class Meta:
        verbose_name = _("accord d’un auteur")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="one_consent_an_author")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.person_id}"

    @property
    def public_name(self) -> str:
        """Their name where the public reads it, else ""; a closed account has none."""
        is_named = self.shown_name == ShownName.NAME and not self.person.is_former
        return self.person.full_name if is_named else ""

    @property
    def public_organisation(self) -> str:
        """The name of their organisation where the public reads it, else ""."""
        if self.shown_name == ShownName.NONE or self.seat is None:
            return ""
        return str(self.seat.organisation)
