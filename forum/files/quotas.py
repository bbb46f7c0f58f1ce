"""How much one may still send: by the person, their organisation and the whole site."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.files.models import StoredFile
from forum.files.sizes import size_in_words


class Quota(NamedTuple):
    """Bytes that are kept of those that may be: ``of`` a person, an organisation, the site."""

    of: str
    used: int
    most: int

    @property
    def remaining(self) -> int:
        """Bytes that may still come."""
        return max(0, self.most - self.used)

    @property
    def words(self) -> str:
        """How much is left, in words."""
        sizes = {"left": size_in_words(self.remaining), "most": size_in_words(self.most)}
        if self.of == "person":
            return _("Il vous reste %(left)s sur %(most)s.") % sizes
        if self.of == "organisation":
            return _("Il reste %(left)s sur %(most)s à votre organisation.") % sizes
        return _("Il reste %(left)s sur %(most)s à tout le réseau.") % sizes


def quotas_of(viewer: Viewer) -> list[Quota]:
    """The quotas of who writes as ``viewer``, in one query each."""
    rows, limits = StoredFile.objects.all(), settings.FORUM_FILE_LIMITS
    quotas = [Quota("person", _sum(rows.filter(owner=viewer.person_id)), limits["person"])]
    seat = Seat.objects.filter(pk=viewer.seat_id).first() if viewer.seat_id else None
    if seat is not None:
        used = _sum(rows.filter(seat__organisation=seat.organisation_id))
        quotas.append(Quota("organisation", used, limits["organisation"]))
    return [*quotas, Quota("site", _sum(rows), limits["site"])]


def tightest(quotas: list[Quota]) -> Quota:
    """The quota that leaves least."""
    return min(quotas, key=lambda quota: quota.remaining)


def _sum(rows):
    return rows.aggregate(total=Sum("size"))["total"] or 0
