"""The charter: immutable versions, and the signatures that bind people to one of them."""

import hashlib
from secrets import token_hex

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection
from accounts.base.models import Addressable


class CharterVersionQuerySet(models.QuerySet):
    """Charter versions, in the ways the accounts read them."""

    def published(self):
        """Adopted versions, newest first."""
        return self.filter(adopted_on__lte=timezone.localdate()).order_by("-number")

    def required(self, at=None):
        """The version that a signature must reach, as a queryset of one number at most.

        An editorial version asks nobody to sign again; a substantive one does, from the
        end of its grace period (``binding_from``).
        """
        binding = self.filter(is_substantive=True, binding_from__lte=at or timezone.now())
        return binding.order_by("-number").values("number")[:1]


class CharterVersion(models.Model):
    """One text of the charter, fixed for ever once saved."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(_("version"), max_length=20, unique=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, editable=False)
    language = models.CharField(max_length=5, default="fr")
    adopted_on = models.DateField()
    is_substantive = models.BooleanField(default=True)
    published_at = models.DateTimeField(default=timezone.now)
    binding_from = models.DateTimeField(default=timezone.now)

    objects = CharterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version de la charte")
        ordering = ["number"]

    def __str__(self):
        return f"Charte {self.name}"

    def save(self, *args, **kwargs):
        """Hash the exact text. Raise ValidationError where a saved text would change."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        if self.pk and self.sha256 != digest:
            raise ValidationError(_("Le texte d’une version de la charte ne change pas."))
        self.sha256 = digest
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The page that shows this version."""
        return reverse("charter-version", args=[self.name])

    @property
    def is_binding(self):
        """Whether it binds already: a substantive one has a time in which it is signed."""
        return self.binding_from <= timezone.now()


class Authority(models.TextChoices):
    """Under what a person signs for an organisation."""

    RESOLUTION = "resolution", _("Délibération")
    DECISION = "decision", _("Décision")
    POWER = "power", _("Pouvoir ou mandat écrit")
    OFFICE = "office", _("Représentant légal")
    COUNTERSIGNATURE = "countersignature", _("Contresignature")


def document_upload_path(signature, name):
    """Where the act is kept: under a name that tells nothing and cannot be guessed."""
    return f"actes/{token_hex(16)}.pdf"


class SignatureQuerySet(models.QuerySet):
    """Signatures, in the ways the accounts read them."""

    def current(self, at=None):
        """Not withdrawn, and of a version that still binds at ``at`` (now by default)."""
        required = CharterVersion.objects.required(at)
        return self.filter(withdrawn_at=None, version__number__gte=models.Subquery(required))


class Signature(Addressable):
    """A person signed a version for an organisation: who, as what, under what, when."""

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
    #: The signature of the organisation that this one joins: a further person countersigns.
    countersigns = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="countersignatures"
    )
    typed_name = models.CharField(_("nom écrit en signature"), max_length=120)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SignatureQuerySet.as_manager()

    export_sections = (
        ExportSection(
            "signatures",
            "person",
            "charter=version__name sha256 organisation__name college__name position authority"
            " reference=authority_detail act_date document_sha256 typed_name signed_at"
            " withdrawn_at",
        ),
    )

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

    def __str__(self):
        return f"{self.typed_name}, {self.organisation}, {self.version}"


class VersionRefusal(models.Model):
    """A person will not sign this version: nothing reminds them of it any more.

    They keep the public spaces, what is theirs, and the way back, which is to sign.
    """

    version = models.ForeignKey(CharterVersion, models.CASCADE, related_name="refusals")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="refusals")
    refused_at = models.DateTimeField(default=timezone.now)

    export_sections = (ExportSection("refusals", "person", "charter=version__name refused_at"),)

    class Meta:
        verbose_name = _("refus")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="one_refusal_a_version")
        ]

    def __str__(self):
        return f"{self.person}, {self.version}"


class RegisterLine(models.Model):
    """A line of the register: what a version, a signature or a withdrawal attested.

    It never changes. ``accounts.charter.hash_chain`` writes the lines and ``proving`` proves them.
    What a line speaks of is held by no constraint, so that what is gone can be told from what
    never was.
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

    class Meta:
        verbose_name = _("ligne du registre")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["signature", "event"], name="one_line_an_event"),
            models.UniqueConstraint(fields=["version"], name="one_line_a_version"),
        ]

    def __str__(self):
        return f"{self.number}: {self.event}, {self.sha256}"
