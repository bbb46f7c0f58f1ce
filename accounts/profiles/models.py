"""A person's profile in the directory."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice


class Profile(models.Model):
    """What a person shows in the directory. Someone without a row has the defaults.

    By default they are listed, without e-mail address and telephone.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", primary_key=True
    )
    is_listed = models.BooleanField(_("figure dans l’annuaire"), default=True)
    shows_email = models.BooleanField(_("montre son adresse"), default=False)
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)
    shows_telephone = models.BooleanField(_("montre son téléphone"), default=False)
    presentation = models.CharField(_("présentation"), max_length=600, blank=True)

    export_sections = (
        ExportSection(
            "profile", "person", "is_listed presentation shows_email telephone shows_telephone"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _(
                "Votre fiche d’annuaire : présentation, téléphone, sujets, ce que "
                "vous en montrez"
            ),
            _("Vous faire trouver des autres membres : consentement"),
            _("Jusqu’à ce que vous l’effaciez"),
            position=7,
        ),
    )

    class Meta:
        verbose_name = _("fiche")

    def __str__(self):
        return f"{self.person_id}"
