"""How much one may still send: by the person, their organisation and the whole site."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.conversation.files.models import StoredFile
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.files.sizes import size_in_words
from forum.conversation.files.uploads.refusals import FileRefused, no_quota_left

#: Who waits for a seat keeps so many times less than a member.
WAITING_SHARE = 5


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


def quotas_of(viewer: Viewer, besides: PartialUpload | None = None) -> list[Quota]:
    """The quotas of who writes as ``viewer``, in two queries each.

    What is not wholly sent counts for the person as if it were, so that none of it is sent in
    vain; for all others only what has come of it, so that nobody takes their room by words.
    Nothing counts of what is ``besides``.
    """
    limits = settings.FORUM_FILE_LIMITS
    used = stored_bytes(besides, of_partial="size", owner=viewer.person_id)
    most = limits["person"] // (1 if viewer.is_member else WAITING_SHARE)
    quotas = [Quota("person", used, most)]
    seat = Seat.objects.filter(pk=viewer.seat_id).first() if viewer.seat_id else None
    if seat is not None:
        used = stored_bytes(besides, seat__organisation=seat.organisation_id)
        quotas.append(Quota("organisation", used, limits["organisation"]))
    return [*quotas, Quota("site", stored_bytes(besides), limits["site"])]


def tightest(quotas: list[Quota]) -> Quota:
    """The quota that leaves least."""
    return min(quotas, key=lambda quota: quota.remaining)


def require_within_quotas(
    viewer: Viewer, name: str, size: int, besides: PartialUpload | None = None
) -> None:
    """Raise FileRefused where a file of ``size`` bytes is more than there is room for."""
    _require(quotas_of(viewer, besides), name, size)


def require_space_for_part(viewer: Viewer, name: str, size: int) -> None:
    """Raise FileRefused where others have taken the space of the next ``size`` bytes of a file.

    Those of the person are counted since it was begun.
    """
    _require([it for it in quotas_of(viewer) if it.of != "person"], name, size)


def stored_bytes(
    besides: PartialUpload | None = None, of_partial: str = "received", **owner: object
) -> int:
    """The bytes of all files, and of what has come of others; or of some of them.

    ``of_partial``: the column that counts of those; ``size`` is what they will be.
    """
    sent, partial = StoredFile.objects.filter(**owner), PartialUpload.objects.filter(**owner)
    if besides:
        partial = partial.exclude(pk=besides.pk)
    sums = (sent, "size"), (partial, of_partial)
    return sum(rows.aggregate(total=Sum(column))["total"] or 0 for rows, column in sums)


def _require(quotas: list[Quota], name: str, size: int) -> None:
    quota = tightest(quotas)
    if quota.remaining < size:
        raise FileRefused(f"{no_quota_left(name)} {quota.words}")
