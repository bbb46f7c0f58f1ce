"""What members search for without finding anything, once several have."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import PrivacyNotice


class MissedSearch(models.Model):
    """That somebody found nothing for some words, as digests of both.

    Neither the words nor the person can be read from it, and no two rows of one person are
    known to be of one.
    """

    words_digest = models.CharField(max_length=32)
    person_digest = models.CharField(max_length=32)
    searched_on = models.DateField(db_index=True)

    private_rows = False
    privacy_notices = (
        PrivacyNotice(
            _("Ce que vous cherchez sans rien trouver, sous une forme que personne ne relit"),
            _(
                "Montrer à l’équipe d’animation les mots que trois membres au moins ont "
                "cherchés en vain, sans dire qui : intérêt légitime"
            ),
            _("60 jours"),
            position=18,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["words_digest", "person_digest"], name="one_missed_search"
            )
        ]

    def __str__(self) -> str:
        return self.words_digest


class MissedTerm(models.Model):
    """Words for which as many people found nothing as it takes for them to be shown."""

    words = models.CharField(max_length=80, unique=True)
    person_count = models.PositiveIntegerField()
    searched_on = models.DateField(db_index=True)

    private_rows = False

    class Meta:
        ordering = ["-person_count", "-searched_on", "words"]

    def __str__(self) -> str:
        return self.words
