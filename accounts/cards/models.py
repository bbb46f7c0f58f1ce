"""What a person says of themselves in the directory, and what they show there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Card(models.Model):
    """A person's own choices; without a row, what the fields have by default.

    Listed, so that members find each other; neither e-mail nor telephone, until one says so.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="card", primary_key=True
    )
    is_listed = models.BooleanField(_("figure dans l’annuaire"), default=True)
    shows_email = models.BooleanField(_("montre son adresse"), default=False)
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)
    shows_telephone = models.BooleanField(_("montre son téléphone"), default=False)
    presentation = models.CharField(_("présentation"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("fiche")

    def __str__(self):
        return f"{self.person_id}"


def listed(at=""):
    """The condition that a person has not opted out of the directory.

    Who has no card has not. ``at`` is the path to the person, such as ``person__``.
    """
    return Q((f"{at}card", None)) | Q((f"{at}card__is_listed", True))


def card_of(person):
    """The card of ``person``, as chosen or as it is by default."""
    return Card.objects.filter(person=person).first() or Card(person=person)
