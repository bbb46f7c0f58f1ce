"""The charter's versions, signatures, refusals, and the lines of the hash chain."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.rights_watch import RightsWatch

if TYPE_CHECKING:
    from accounts.charter.signing_requests.models import SigningRequest


class CharterVersionQuerySet(models.QuerySet["CharterVersion"]):
    """Queries of charter versions."""

    def published(self, today: date | None = None) -> Self:
        """Versions adopted by ``today``, newest first."""
        return self.filter(adopted_on__lte=today or timezone.localdate()).order_by("-number")

    def in_force(self) -> CharterVersion | None:
        """The newest adopted version, or None."""
        return self.published().first()

    def successor_of(self, version: CharterVersion) -> CharterVersion | None:
        """The version that will bind first, while a signature of ``version`` is enough."""
        newer = self.published().filter(is_substantive=True, number__gt=version.number)
        first = newer.order_by("binding_from").first()
        return None if first is None or first.is_binding else first

    def required(self, at: datetime | None = None) -> QuerySet[Any, Any]:
        """The number of the oldest version whose signature is enough at ``at``.

        A queryset of one number at most: that of the newest substantive version whose grace
        period is over (``binding_from``). Editorial versions ask nobody to sign again.
        """
        binding = self.filter(is_substantive=True, binding_from__lte=at or timezone.now())
        return binding.order_by("-number").values("number")[:1]


class CharterVersion(models.Model):
    """One version of the charter. A saved text never changes."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(_("version"), max_length=20, unique=True)
    text = models.TextField()
    #: A translation for information: nobody signs it, and the hash chain does not attest it.
    text_en = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    language = models.CharField(max_length=5, default="fr")
    adopted_on = models.DateField()
    is_substantive = models.BooleanField(default=True)
    published_at = models.DateTimeField(default=timezone.now)
    binding_from = models.DateTimeField(default=timezone.now)

    #: Set by the queries that ask for it.
    is_refused: bool
    objects = CharterVersionQuerySet.as_manager()
    inbox_watches = (InboxWatch("everybody"),)
    rights_watch = RightsWatch(("number", "is_substantive", "binding_from"), person=None)
    texts_kept_when_closed = "the text that was adopted, whose hash is signed"
    rights_moments = ("binding_from",)

    class Meta:
        verbose_name = _("version de la charte")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Charte {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Hash the exact text. Raise ValidationError where a saved text would change."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        if self.pk and self.sha256 != digest:
            raise ValidationError(_("Le texte d’une version de la charte ne change pas."))
        self.sha256 = digest
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page that shows this version."""
        return reverse("charter-version", args=[self.name])

    @property
    def is_binding(self) -> bool:
        """Whether its grace period, if it has one, is over."""
        return self.binding_from <= timezone.now()


class Authority(models.TextChoices):
    """The kind of act that authorises a person to sign for an organisation."""

    RESOLUTION = "resolution", _("Délibération")
    DECISION = "decision", _("Décision")
    POWER = "power", _("Pouvoir ou mandat écrit")
    OFFICE = "office", _("Représentant légal")
    COUNTERSIGNATURE = "countersignature", _("Contresignature")


def document_upload_path(signature: Signature | SigningRequest, name: str) -> str:
    """Where the act is stored: under a random name, so that it cannot be guessed."""
    return f"actes/{token_hex(16)}.pdf"


class SignatureQuerySet(models.QuerySet["Signature"]):
    """Queries of signatures."""

    def live(self) -> Self:
        """Those not withdrawn, of whatever version."""
        return self.filter(withdrawn_at=None)

    def current(self, at: datetime | None = None) -> Self:
        """Those not withdrawn whose version is enough at ``at`` (now by default)."""
        required = CharterVersion.objects.required(at)
        return self.live().filter(version__number__gte=models.Subquery(required))


class Signature(Addressable):
    """A person signed a version for an organisation: their position, authority and name."""

    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="signatures"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="signatures"
    )
    college = models.ForeignKey("accounts.College", models.PROTECT, related_name="+")
    position = models.CharField(_("fonction"), max_length=120)
    authority = models.CharField(_("en vertu de"), max_length=20, choices=Authority.choices)
    authority_detail = models.CharField(_("référence"), max_length=200, blank=True)
    act_date = models.DateField(_("date de l’acte"), null=True, blank=True)
    document = models.FileField(
        _("acte"), upload_to=document_upload_path, max_length=200, blank=True
    )
    document_sha256 = models.CharField(max_length=64, blank=True)
    #: The signature of the same organisation that this one joins, where it countersigns.
    countersigns = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="countersignatures"
    )
    typed_name = models.CharField(_("nom écrit en signature"), max_length=120)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SignatureQuerySet.as_manager()
    # In the network that admits by sponsors, members are told of who looks for them.
    inbox_watches = (
        InboxWatch(
            "person contacts animators",
            "SELECT 0 AS recipient_id FROM accounts_organisation"
            " WHERE id = NEW.organisation_id AND needs_sponsors AND admitted_at IS NULL",
        ),
    )
    rights_watch = RightsWatch(("person", "organisation", "version", "withdrawn_at"))
    texts_kept_when_closed = "what the register attests of the signature of an organisation"

    export_sections = (
        ExportSection(
            "signatures",
            "person",
            "charter=version__name sha256 organisation__name college__name position authority"
            " reference=authority_detail act_date document_sha256 typed_name signed_at"
            " withdrawn_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos signatures de la charte : nom, fonction, acte, date, empreinte du texte"),
            _(
                "Prouver l’engagement de l’organisation, que le registre public nomme une fois "
                "un siège confirmé : contrat, puis intérêt légitime"
            ),
            _("Tant que l’organisation en a l’usage ; votre compte fermé, sur aucune page"),
            position=5,
        ),
    )
    private_rows = False
    export_labels = {
        "signatures": _("Vos signatures"),
        "sha256": _("Empreinte du texte"),
        "typed_name": _("Nom écrit en signature"),
    }

    class Meta:
        verbose_name = _("signature")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person", "organisation"],
                condition=Q(withdrawn_at=None),
                name="one_signature_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.typed_name}, {self.organisation}, {self.version}"


class VersionRefusal(models.Model):
    """A person refused to sign this version: no page reminds them of it.

    They keep their account and the public spaces, and may sign later.
    """

    version = models.ForeignKey(CharterVersion, models.CASCADE, related_name="refusals")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="refusals")
    refused_at = models.DateTimeField(default=timezone.now)

    inbox_watches = (InboxWatch("person"),)
    export_sections = (ExportSection("refusals", "person", "charter=version__name refused_at"),)
    rights_watch = RightsWatch(("person", "version"))
    export_labels = {"refusals": _("Versions de la charte refusées")}

    class Meta:
        verbose_name = _("refus")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="one_refusal_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"


class RegisterLine(models.Model):
    """A line of the hash chain: what it attests of a version, a signature or a withdrawal.

    Lines never change. ``hash_chain`` writes them and ``verification`` checks them. The
    foreign keys have no database constraint: if the row they name is deleted, the line stays
    and shows what is missing.
    """

    number = models.PositiveBigIntegerField(unique=True)
    version = models.ForeignKey(
        CharterVersion, models.PROTECT, null=True, related_name="lines", db_constraint=False
    )
    signature = models.ForeignKey(
        Signature, models.PROTECT, null=True, related_name="lines", db_constraint=False
    )
    event = models.CharField(max_length=10)
    content = models.TextField()
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    texts_kept_when_closed = "a line of the hash chain never changes"
    private_rows = False

    class Meta:
        verbose_name = _("ligne du registre")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["signature", "event"], name="one_line_an_event"),
            models.UniqueConstraint(fields=["version"], name="one_line_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.event}, {self.sha256}"
