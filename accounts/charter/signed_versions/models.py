"""The newest version of the charter that each organisation signed."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.charter.models import CharterVersion


class SignedVersionQuerySet(models.QuerySet["SignedVersion"]):
    """Queries of signed versions, at a moment ``at`` (now by default)."""

    def current(self, at: datetime | None = None) -> Self:
        """Those whose signature is enough."""
        return self.filter(number__gte=models.Subquery(CharterVersion.objects.required(at)))

    def in_network(self, at: datetime | None = None) -> Self:
        """Those of members of the network: admitted, with a current signature."""
        return self.current(at).bound()

    def in_register(self) -> Self:
        """Those of organisations that are, or once were, admitted."""
        return self.filter(was_admitted=True)

    def bound(self) -> Self:
        """Those of admitted organisations that have a live signature, of whatever version."""
        return self.filter(admitted_at__isnull=False, number__isnull=False)


class SignedVersion(models.Model):
    """The newest version that live signatures of an organisation name; None without any.

    With what the directory and the register find and sort organisations by, so that a page of
    either is found in an index alone. Only the triggers of
    ``accounts/charter/signed_versions/triggers.py`` write these rows.
    """

    organisation = models.OneToOneField(
        "accounts.Organisation", models.CASCADE, primary_key=True, related_name="+"
    )
    number = models.PositiveIntegerField(null=True)
    folded_name = models.CharField(max_length=160)
    college = models.ForeignKey(
        "accounts.College", models.CASCADE, related_name="+", db_index=False
    )
    college_order = models.PositiveSmallIntegerField()
    admitted_at = models.DateTimeField(null=True)
    #: Whether the organisation was ever admitted: the public register then names it for good.
    was_admitted = models.BooleanField(default=False, db_default=False)

    objects = SignedVersionQuerySet.as_manager()

    private_rows = False

    class Meta:
        indexes = [
            models.Index(
                fields=["folded_name", "number", "college", "organisation"],
                condition=Q(admitted_at__isnull=False, number__isnull=False),
                name="signed_version_by_name",
            ),
            models.Index(
                fields=["college_order", "college", "folded_name", "organisation"],
                condition=Q(was_admitted=True),
                name="signed_version_by_college",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.number}"
