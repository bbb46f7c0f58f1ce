"""Working groups, their members, and requests and invitations to join."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, CharField, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.rights_watch import RightsWatch

#: Whom an invitation names: where it was by address, the address and never whose it is.
_INVITED_NAME = Case(
    When(address="", then=F("person__full_name")),
    default=F("address"),
    output_field=CharField(),
)


#: Who is its contact says what a group is for: who founded it, as long as that is them.
_OWN_PURPOSE = Case(When(contact=F("created_by"), then=F("purpose")), output_field=CharField())


class JoinPolicy(models.TextChoices):
    """How one joins a group."""

    REQUEST = "request", _("Sur demande")
    INVITATION = "invitation", _("Sur invitation")


class WorkingGroup(Addressable):
    """A group of people, with a private space in the forum.

    ``college``: the one whose members may join, None for all; it never changes, because it
    decides who may read. ``contact``: the person who manages it. From ``ends_at`` on it is
    archived: its members read its space and write in it no more.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    purpose = models.CharField(_("objet"), max_length=300, blank=True)
    college = models.ForeignKey(
        "accounts.College", models.PROTECT, null=True, blank=True, related_name="groups"
    )
    contact = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    join_policy = models.CharField(
        max_length=10, choices=JoinPolicy.choices, default=JoinPolicy.INVITATION
    )
    ends_at = models.DateTimeField(null=True, blank=True)
    people = models.ManyToManyField(
        "accounts.User", through="GroupMembership", related_name="working_groups"
    )

    inbox_watches = (InboxWatch("everybody", columns="contact_id, ends_at, join_policy"),)
    export_sections = (
        ExportSection(
            "groups_founded",
            "created_by",
            "name purpose=own_purpose created_at",
            annotations={"own_purpose": _OWN_PURPOSE},
        ),
        ExportSection("groups_answered_for", "contact", "name"),
    )
    not_exported = {"people": "read from the memberships, which are exported"}
    rights_watch = RightsWatch(("college", "ends_at"), person=None, on_insert=False)
    rights_moments = ("ends_at",)
    private_rows = False
    texts_kept_when_closed = "about another, or of a group, for its readers alone"
    export_labels = {
        "groups_answered_for": _("Groupes dont vous êtes le contact"),
        "groups_founded": _("Groupes que vous avez créés"),
        "purpose": _("Objet"),
    }

    class Meta:
        verbose_name = _("groupe de travail")
        ordering = ["name"]
        indexes = [models.Index(fields=["ends_at"], name="group_by_end")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The group's page."""
        return reverse("group", args=[self.slug])

    @property
    def is_archived(self) -> bool:
        """Whether it has ended."""
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def last_day(self) -> date | None:
        """The last day before its end, None where it has none."""
        return self.ends_at and timezone.localdate(self.ends_at - timedelta(seconds=1))


class GroupMembership(models.Model):
    """A person is a member of a working group."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="memberships")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)

    export_sections = (ExportSection("groups", "person", "group__name joined_at"),)
    privacy_notices = (
        PrivacyNotice(
            _("Vos groupes de travail"),
            _("Dire qui lit la pièce d’un groupe, et y faire entrer : contrat"),
            _("Tant que le compte existe"),
            position=10,
        ),
        PrivacyNotice(
            _("Les demandes d’entrer dans un groupe, et les invitations : qui, quand, l’issue"),
            _("Vous en dire l’issue, et ne pas vous inviter deux fois : contrat"),
            _("%(days)d jours après la réponse, ou la fin de l’invitation"),
            position=10,
            retention="group_entries",
        ),
    )
    rights_watch = RightsWatch(("person", "group"))
    export_labels = {"groups": _("Vos groupes")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="one_membership_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"


class GroupEntryQuerySet(models.QuerySet["GroupEntry"]):
    """Queries of requests and invitations."""

    def pending(self, at: datetime | None = None) -> Self:
        """Neither decided nor expired at ``at`` (now by default)."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=at or timezone.now())
        return self.filter(unexpired, outcome="")


class GroupEntry(Addressable):
    """A request to join a group, or an invitation.

    ``created_by``: who asked or invited. ``message``: what a request says. ``outcome`` is empty
    until it is decided; it may stay empty after an invitation has expired (``expires_at``).
    The group sees only the ``address`` of an invitation by address; it has no ``person``
    where nobody could answer it.
    """

    #: Whether the action that returned this entry created or decided it.
    just_changed = False

    class Type(models.TextChoices):
        """Whether the person or the group asked first."""

        REQUEST = "request", _("demande")
        INVITATION = "invitation", _("invitation")

    class Outcome(models.TextChoices):
        """How it was decided."""

        ACCEPTED = "accepted", _("acceptée")
        REFUSED = "refused", _("refusée")
        WITHDRAWN = "withdrawn", _("retirée")
        EXPIRED = "expired", _("expirée")

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="entries")
    person = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, related_name="group_entries"
    )
    address = models.EmailField(blank=True)
    type = models.CharField(max_length=10, choices=Type.choices)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reason = models.CharField(_("motif du refus"), max_length=300, blank=True)

    objects = GroupEntryQuerySet.as_manager()

    inbox_watches = (InboxWatch("person group__contact"),)
    export_sections = (
        ExportSection(
            "group_entries",
            "person",
            "group__name type message created_at expires_at decided_at outcome reason",
        ),
        ExportSection(
            "group_entries_begun",
            "created_by",
            "group__name type invited created_at outcome",
            annotations={"invited": _INVITED_NAME},
        ),
    )
    private_rows = True
    texts_kept_when_closed = "about another, or of a group, for its readers alone"
    export_labels = {
        "group_entries": _("Vos demandes et invitations dans des groupes"),
        "group_entries_begun": _("Invitations que vous avez faites dans des groupes"),
        "invited": _("Personne invitée"),
    }

    class Meta:
        verbose_name = _("entrée dans un groupe")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(outcome=""),
                name="one_open_entry_a_group",
            ),
            models.UniqueConstraint(
                fields=["group", "address"],
                condition=Q(outcome="") & ~Q(address=""),
                name="one_open_address_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.address or self.person}, {self.group}"

    @property
    def is_invitation(self) -> bool:
        """Whether it is an invitation."""
        return self.type == self.Type.INVITATION

    @property
    def has_expired(self) -> bool:
        """Whether it expired before it was decided."""
        passed = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.outcome == self.Outcome.EXPIRED or (not self.outcome and passed)

    @property
    def is_pending(self) -> bool:
        """Whether it may still be decided."""
        return not self.outcome and not self.has_expired
