"""Working groups: people of any college who work on one thing together."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkingGroup(models.Model):
    """A named circle of people. Its room is a space of the forum."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    purpose = models.CharField(_("objet"), max_length=300, blank=True)
    people = models.ManyToManyField(
        "accounts.User", through="GroupMembership", related_name="working_groups"
    )

    class Meta:
        verbose_name = _("groupe de travail")
        ordering = ["name"]

    def __str__(self):
        return self.name


class GroupMembership(models.Model):
    """A person's place in a working group."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="memberships")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="one_place_a_group")
        ]

    def __str__(self):
        return f"{self.person}, {self.group}"
