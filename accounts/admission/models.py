"""E-mail domains of organisations, invitations to seats, and sponsorships."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable


def _new_key() -> str:
    return get_random_string(32)


class EmailDomain(Addressable):
    """A domain that an organisation declared as its own; verified, it confirms seats."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="email_domains"
    )
    domain = models.CharField(_("domaine"), max_length=120)
    declared_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    declared_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("motif"), max_length=300, blank=True)

    inbox_watches = (InboxWatch("contacts"),)
    export_sections = (
        ExportSection(
            "domains_declared",
            "declared_by",
            "organisation__name domain declared_at verified_at refused_at refusal",
        ),
    )
    not_exported = {"verified_by": "a decision about an organisation"}
    texts_kept_when_closed = "about another, or of a group, for its readers alone"
    export_labels = {
        "domains_declared": _("Domaines déclarés"),
        "domain": _("Domaine"),
        "declared_at": _("Date"),
        "verified_at": _("Vérifié le"),
    }

    class Meta:
        verbose_name = _("domaine de courriel")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(verified_at__isnull=False),
                name="one_organisation_a_domain",
            ),
            models.UniqueConstraint(
                fields=["organisation", "domain"], name="one_declaration_a_domain"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.domain}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Queries of invitations."""

    def usable(self, at: datetime | None = None) -> Self:
        """Those neither used, withdrawn nor expired at ``at`` (now by default)."""
        expires = {"expires_at__gt": at or timezone.now()}
        return self.filter(used_at=None, withdrawn_at=None, **expires)


class Invitation(Addressable):
    """A contact invites whoever has this address to a seat; ``key`` is the mailed secret."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("adresse électronique"))
    key = models.CharField(max_length=32, unique=True, default=_new_key)
    invited_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    export_sections = (
        ExportSection(
            "invitations_sent",
            "invited_by",
            "organisation__name email invited_at expires_at used_at withdrawn_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("L’adresse d’une personne qu’une organisation invite à un siège"),
            _("Lui envoyer l’invitation : intérêt légitime de cette organisation"),
            _("%(days)d jours après la fin de l’invitation, qu’elle ait servi ou non"),
            position=6,
            retention="invitations",
        ),
    )
    private_rows = True
    export_labels = {"invitations_sent": _("Invitations que vous avez envoyées")}

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="one_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.organisation}"

    def get_absolute_url(self) -> str:
        """The page that accepts it."""
        return reverse("organisation-invitation", args=[self.key])


class Sponsorship(models.Model):
    """A member organisation sponsors one that is not admitted yet."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="sponsorships"
    )
    sponsor = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    #: The organisation that the sponsor acts for.
    sponsor_organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="given_sponsorships"
    )
    given_at = models.DateTimeField(default=timezone.now)

    inbox_watches = (InboxWatch("everybody"),)
    export_sections = (
        ExportSection(
            "sponsorships",
            "sponsor",
            "organisation__name through=sponsor_organisation__name given_at",
        ),
    )
    private_rows = False
    export_labels = {
        "sponsorships": _("Organisations que vous avez parrainées"),
        "given_at": _("Date"),
    }

    class Meta:
        verbose_name = _("parrainage")
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sponsor_organisation"],
                name="one_voice_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["organisation", "sponsor"], name="one_voice_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sponsor_organisation} → {self.organisation}"
