"""A person's profile in the directory, and what the directory finds people by."""

from datetime import datetime
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.rights_watch import RightsWatch
from accounts.organisations.querysets import SeatQuerySet


class Profile(models.Model):
    """What a person shows in the directory. Someone without a row has the defaults.

    By default they are listed, without e-mail address and telephone, may be asked, and are
    named where they read or write. Who is not listed is not named there either.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", primary_key=True
    )
    is_listed = models.BooleanField(_("figure dans l’annuaire"), default=True)
    shows_email = models.BooleanField(_("montre son adresse"), default=False)
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)
    shows_telephone = models.BooleanField(_("montre son téléphone"), default=False)
    takes_questions = models.BooleanField(_("reçoit des questions"), default=True)
    presentation = models.CharField(_("présentation"), max_length=600, blank=True)
    shows_presence = models.BooleanField(_("est nommé là où il lit"), default=True)

    #: Open pages are to name someone no more as soon as they say so.
    rights_watch = RightsWatch(("is_listed", "shows_presence"))
    export_sections = (
        ExportSection(
            "profile",
            "person",
            "is_listed takes_questions presentation shows_email telephone shows_telephone"
            " shows_presence",
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
        PrivacyNotice(
            _(
                "Qui lit un fil en ce moment, et qui y écrit : votre nom, aux autres membres "
                "qui l’ont ouvert"
            ),
            _(
                "Se savoir plusieurs à répondre : intérêt légitime ; « Ce que je montre » "
                "l’arrête"
            ),
            _("Le temps que la page est ouverte ; rien n’en est gardé"),
            position=7,
        ),
    )
    private_rows = False
    texts_kept_when_closed = "one's own, until one changes or deletes it"
    export_labels = {
        "profile": _("Votre fiche"),
        "is_listed": _("Dans l’annuaire"),
        "presentation": _("Présentation"),
        "shows_email": _("Montre son adresse"),
        "shows_presence": _("Montre sa présence"),
        "shows_telephone": _("Montre son téléphone"),
        "takes_questions": _("Reçoit des questions"),
        "telephone": _("Téléphone"),
    }

    class Meta:
        verbose_name = _("fiche")

    def __str__(self) -> str:
        return f"{self.person_id}"


class DirectorySeatQuerySet(SeatQuerySet):
    """Queries of seats as ``SeatQuerySet`` has them, from what is copied here."""

    def signed(self, at: datetime | None = None) -> Self:
        """Those current under a current signature: what ``SeatQuerySet`` says of the seats."""
        required = apps.get_model("accounts", "CharterVersion").objects.required(at)
        signed = Q(number__gte=models.Subquery(required), number__isnull=False)
        return self.current(at).filter(signed)

    def admitted(self) -> Self:
        """Those in an admitted organisation."""
        return self.filter(admitted_at__isnull=False)

    def with_active_holder(self) -> Self:
        """Those of people whose account is active and not suspended."""
        return self.filter(is_active=True)

    def listed(self, at: datetime | None = None) -> Self:
        """Those that open the members' areas to someone who is in the directory."""
        return self.representing(at).with_active_holder().filter(is_listed=True)


class DirectorySeat(models.Model):
    """A seat with all that the directory finds its holder by, which one index then holds.

    Only the triggers of ``accounts/profiles/triggers.py`` write these rows, one for each seat.
    ``number``: the newest version that live signatures of the person for the organisation name.
    ``is_active``: whether the holder's account is active and not suspended.
    """

    seat = models.OneToOneField(
        "accounts.Seat", models.CASCADE, primary_key=True, related_name="+"
    )
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    college = models.ForeignKey(
        "accounts.College", models.CASCADE, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True)
    folded_name = models.CharField(max_length=120)
    is_active = models.BooleanField()
    is_listed = models.BooleanField()

    objects = DirectorySeatQuerySet.as_manager()
    not_exported = {"person": "repeats what is exported of seats, signatures and the profile"}
    kept_when_closed = {"person": "triggers copy it from the seat, and the name when it goes"}
    private_rows = False

    class Meta:
        indexes = [
            # What changes by itself with time follows the order; the rest is its condition.
            models.Index(
                fields=[
                    "folded_name", "person", "number", "started_at", "ended_at",
                    "confirmed_at", "college", "organisation",
                ],
                condition=Q(
                    refused_at=None, admitted_at__isnull=False, number__isnull=False,
                    is_active=True, is_listed=True,
                ),
                name="directory_by_name",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.folded_name}"
