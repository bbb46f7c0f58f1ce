"""Colleges, organisations and the seats that people hold in them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable, avatar_address, avatar_field
from accounts.base.rights_watch import RightsWatch
from accounts.base.text import as_seen, fold
from accounts.base.translations import translated
from accounts.organisations.querysets import OrganisationQuerySet, SeatQuerySet

#: Characters of a folded name: some signs are many letters then, and are cut.
_MAX_FOLDED = 160


class College(models.Model):
    """A college: a category of member organisations, whose members share private spaces."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    member_label = models.CharField(_("un membre du collège"), max_length=80)
    member_label_en = models.CharField(max_length=80, blank=True)
    colour = models.CharField(_("classe de couleur"), max_length=20)
    description = models.CharField(max_length=200, blank=True)
    description_en = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        verbose_name = _("collège")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return translated(self, "name")


class Organisation(Addressable):
    """An organisation: it belongs to one college, and people sign the charter for it."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("nom"), max_length=160)
    folded_name = models.CharField(max_length=_MAX_FOLDED, unique=True, editable=False)
    type = models.CharField(_("nature"), max_length=40, blank=True)
    college = models.ForeignKey(College, models.PROTECT, related_name="organisations")
    territories = models.ManyToManyField(
        "accounts.Territory", related_name="organisations", blank=True
    )
    department_code = models.CharField(_("département"), max_length=3, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    created_at = models.DateTimeField(default=timezone.now)
    #: None until it is admitted, by its first confirmed seat or by sponsors: nobody but its own
    #: people and animators knows of it, and its seats give no access.
    admitted_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    admitted_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    #: Whether others must vouch for it before it is admitted (FORUM_ADMISSION "sponsored").
    needs_sponsors = models.BooleanField(default=False, db_default=False)
    #: When it was struck from the network; it is then not admitted either.
    struck_at = models.DateTimeField(null=True, blank=True)
    #: The organisation that it became part of, whose page stands for its own.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    #: The name that it had before, shown beside the new one.
    former_name = models.CharField(max_length=160, blank=True, default="")

    logo = avatar_field(_("logo"))

    #: Set by the queries that ask for it.
    is_led: bool
    is_ours: bool
    has_testified: bool
    testifies_on_topic: bool
    wrote_on_topic: bool
    is_confirmed: bool
    objects = OrganisationQuerySet.as_manager()
    inbox_watches = (InboxWatch("everybody", columns="admitted_at"),)
    rights_watch = RightsWatch(
        ("college", "admitted_at", "needs_sponsors", "struck_at"), person=None, on_insert=False
    )
    not_exported = {"admitted_by": "a decision about an organisation"}
    private_rows = False

    class Meta:
        verbose_name = _("organisation")
        ordering = ["folded_name"]
        indexes = [
            models.Index(fields=["department_code"], name="organisation_by_department"),
            models.Index(
                fields=["created_at", "id"],
                condition=Q(admitted_at=None),
                name="organisation_to_admit",
            ),
        ]

    def __str__(self) -> str:
        code = f"\u00a0({self.department_code})" if self.department_code else ""
        return f"{self.name}{code}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the name as people see it, and the folded one, by which names are compared."""
        self.name = as_seen(self.name)
        self.folded_name = fold(self.name)[:_MAX_FOLDED]
        super().save(*args, **kwargs)

    @property
    def closed_reason(self) -> str:
        """Why nobody signs for it any more; an empty string where they may."""
        if self.struck_at:
            return gettext("Cette organisation a été radiée du réseau.")
        if self.merged_into:
            words = gettext(
                "Cette organisation est réunie à « %(name)s » : signez pour celle-ci."
            )
            return words % {"name": self.merged_into.name}
        return ""

    def get_absolute_url(self) -> str:
        """The organisation's page."""
        return reverse("organisation", args=[self.slug])

    @property
    def logo_address(self) -> str:
        """The address of its logo, another for each logo; "" where there is none."""
        return avatar_address("logo", self.slug, self.logo)

    @property
    def waits_for_sponsors(self) -> bool:
        """Whether others must vouch for it before any seat in it opens anything."""
        return self._waits and self.needs_sponsors

    @property
    def waits_for_first_seat(self) -> bool:
        """Whether it comes in with the first seat in it that is confirmed."""
        return self._waits and not self.needs_sponsors

    @property
    def _waits(self) -> bool:
        return self.admitted_at is None and self.struck_at is None


class ConfirmationMethod(models.TextChoices):
    """How a seat was confirmed."""

    OPEN = "open", _("à la signature")
    ANIMATOR = "animator", _("par l’équipe d’animation")
    CONTACT = "contact", _("par le contact de l’organisation")
    DOMAIN = "domain", _("par l’adresse électronique de l’organisation")
    INVITATION = "invitation", _("par une invitation de l’organisation")


class Seat(Addressable):
    """A person's mandate in an organisation.

    ``ended_at`` may lie ahead. ``successor``: the seat to which its threads and questions
    were handed over.
    """

    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats")
    position = models.CharField(_("fonction"), max_length=120)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirmation_method = models.CharField(
        max_length=12, choices=ConfirmationMethod.choices, blank=True
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(_("motif du refus"), max_length=300, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_contact = models.BooleanField(_("contact de l’organisation"), default=False)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="predecessors"
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    #: When its posts were marked as a former member's: soon after its end.
    departed_at = models.DateTimeField(null=True, blank=True)

    #: Set by the queries that ask for it.
    has_contact: bool
    sponsors: int
    objects = SeatQuerySet.as_manager()
    inbox_watches = (
        InboxWatch("person contacts animators", on="INSERT DELETE"),
        InboxWatch(
            "person successor__person contacts animators",
            columns="started_at, ended_at, confirmed_at, refused_at, is_contact, successor_id,"
            " handed_over_at",
        ),
    )
    rights_watch = RightsWatch(
        ("person", "organisation", "started_at", "ended_at", "confirmed_at", "refused_at")
    )
    rights_moments = ("started_at", "ended_at")
    kept_when_closed = {"person": "says of which organisation the author of a post was"}

    export_sections = (
        ExportSection(
            "seats",
            "person",
            "organisation__name position started_at confirmed_at"
            " confirmed_way=confirmation_method is_contact refused_at refusal ended_at"
            " handed_over_at",
        ),
    )
    not_exported = dict.fromkeys(("confirmed_by", "refused_by", "ended_by"), "about the holder")
    privacy_notices = (
        PrivacyNotice(
            _("Vos sièges : organisation, fonction, dates"),
            _("Ouvrir les espaces du réseau et de votre collège à qui y siège : contrat"),
            _("Tant que le compte existe ; ensuite l’organisation, près de vos messages"),
            position=4,
        ),
    )
    private_rows = False
    texts_kept_when_closed = "about another, or of a group, for its readers alone"
    export_labels = {
        "seats": _("Vos sièges"),
        "is_contact": _("Contact de l’organisation"),
        "confirmed_way": _("Confirmé par"),
        "handed_over_at": _("Transmis le"),
    }

    class Meta:
        verbose_name = _("siège")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["started_at"], name="seat_by_start"),
            models.Index(fields=["ended_at"], name="seat_by_end"),
            models.Index(
                fields=["ended_at"],
                condition=Q(departed_at=None, ended_at__isnull=False),
                name="seat_to_depart",
            ),
            models.Index(
                fields=["started_at", "id"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="seat_to_decide",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(ended_at=None, refused_at=None),
                name="one_open_seat_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.position}, {self.organisation.name}"

    @property
    def is_over(self) -> bool:
        """Whether the mandate has ended."""
        return self.ended_at is not None and self.ended_at <= timezone.now()


#: Days: no mandate lasts longer.
MAX_MANDATE_DAYS = 40 * 366
