"""What a person says of themselves in the directory, and what they show there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection


class Profile(models.Model):
    """A person's own choices; without a row, what the fields have by default.

    Listed, so that members find each other; neither e-mail nor telephone, until one says so.
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
            "card", "person", "is_listed presentation shows_email telephone shows_telephone"
        ),
    )

    class Meta:
        verbose_name = _("fiche")

    def __str__(self):
        return f"{self.person_id}"
