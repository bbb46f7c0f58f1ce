"""Signatures that one person prepared and the legal representative is asked for by mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.models import Addressable
from accounts.base.text import fold
from accounts.charter.models import Authority, document_upload_path
from accounts.users.suspension import not_suspended

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation


#: Days for which a mailed link is valid.
LIFETIME_DAYS = 30

_SIGNER = Signer(salt="accounts.charter.signing_requests", sep=".")


class SigningRequestQuerySet(models.QuerySet["SigningRequest"]):
    """Queries of signing requests."""

    def open(self, at: datetime | None = None) -> Self:
        """Those that may still be signed at ``at`` (now by default)."""
        return self.filter(signed_at=None, expires_at__gt=at or timezone.now())

    def by_token(self, token: str) -> Self:
        """The one whose last mailed link has this token, or none.

        Nor where the preparer was suspended since, or closed their account.
        """
        try:
            pk, _dash, number = _SIGNER.unsign(token).partition("-")
        except BadSignature:
            return self.none()
        by_number = self.filter(pk=int(pk), number=int(number), preparer__is_active=True)
        return by_number.filter(not_suspended("preparer__"))


class SigningRequest(Addressable):
    """``preparer`` asks a legal representative to sign for an organisation.

    It is ``organisation``, or a new one that the fields after it describe, which is created
    by the signature. ``full_name``, ``position`` and ``email`` are the representative's.
    ``number`` counts the mails: the link of an earlier one is void. The link is signed by the
    site's key and stored nowhere.
    """

    preparer = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="signing_requests"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, blank=True, related_name="+"
    )
    organisation_name = models.CharField(_("organisation"), max_length=160)
    folded_name = models.CharField(max_length=160, editable=False)
    college = models.ForeignKey("accounts.College", models.PROTECT, related_name="+")
    department_code = models.CharField(max_length=3, blank=True)
    country = models.CharField(max_length=2, default="FR")
    territory = models.ForeignKey(
        "accounts.Territory", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    full_name = models.CharField(_("prénom et nom"), max_length=120)
    position = models.CharField(_("fonction"), max_length=120)
    #: Emptied as soon as it has served.
    email = models.EmailField(_("adresse électronique"), blank=True)
    authority = models.CharField(_("en vertu de"), max_length=20, choices=Authority.choices)
    authority_detail = models.CharField(_("référence"), max_length=200, blank=True)
    act_date = models.DateField(_("date de l’acte"), null=True, blank=True)
    document = models.FileField(
        _("acte"), upload_to=document_upload_path, max_length=200, blank=True
    )
    document_sha256 = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField(default=1)
    requested_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)

    objects = SigningRequestQuerySet.as_manager()

    export_sections = (
        ExportSection(
            "signing_requests",
            "preparer",
            "organisation_name college__name full_name position email authority"
            " reference=authority_detail act_date document_sha256 requested_at expires_at"
            " signed_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Le nom, la fonction et l’adresse d’un représentant légal à qui l’on demande de "
              "signer la charte"),
            _("Lui envoyer le lien qui signe : intérêt légitime de son organisation"),
            _("L’adresse, jusqu’à la signature ; le tout, %(days)d jours au plus"),
            position=6,
            retention="signing_requests",
            days_before=LIFETIME_DAYS,
        ),
    )  # fmt: skip
    private_rows = True
    texts_kept_when_closed = "one's own, until one changes or deletes it"
    export_labels = {
        "signing_requests": _("Signatures que vous avez préparées"),
        "organisation_name": _("Organisation"),
        "requested_at": _("Date"),
    }

    class Meta:
        verbose_name = _("demande de signature")
        ordering = ["-requested_at"]
        indexes = [models.Index(fields=["expires_at"], name="signing_request_by_expiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["preparer", "folded_name"],
                condition=Q(signed_at=None),
                name="one_signing_request_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name}, {self.organisation_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the folded name, by which one person's requests are told apart."""
        self.folded_name = fold(self.organisation_name)[:160]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page that signs: for the representative's mail, and shown to no one else."""
        token = _SIGNER.sign(f"{self.pk}-{self.number}")
        return reverse("signing-request", args=[token])

    @property
    def signed_for(self) -> Organisation | None:
        """The organisation for which it was signed, or None."""
        return self.organisation if self.signed_at else None

    @property
    def is_open(self) -> bool:
        """Whether it may still be signed."""
        return self.signed_at is None and self.expires_at > timezone.now()
