"""Queries of signatures: live ones, those to renew, and the one to countersign."""

from dataclasses import dataclass

from accounts.charter.models import CharterVersion, Signature, VersionRefusal
from accounts.organisations.models import Organisation, Seat


@dataclass(frozen=True)
class PendingSignature:
    """An organisation for which a person has newer versions to sign.

    ``signature`` is their newest one for it; ``versions`` the substantive versions since then,
    oldest first; ``is_refused`` whether they refused the newest of these.
    """

    organisation: Organisation
    signature: Signature
    versions: tuple
    is_refused: bool

    @property
    def newest(self):
        """The version to sign: its signature covers all before it."""
        return self.versions[-1]

    @property
    def closes_at(self):
        """When the seat loses its access for want of this signature."""
        return min(version.binding_from for version in self.versions)


def live_signatures(person):
    """The signatures of ``person`` that are not withdrawn, the newest first."""
    live = Signature.objects.live().filter(person=person)
    return live.select_related("version", "organisation__college").order_by("-signed_at", "-pk")


def group_by_organisation(signatures):
    """``signatures`` as (organisation, its signatures) pairs, in the order they came in."""
    grouped = {}
    for one in signatures:
        grouped.setdefault(one.organisation, []).append(one)
    return list(grouped.items())


def pending_signatures(person, signatures=None):
    """What ``person`` has yet to sign, one for each organisation, the first to close first.

    A substantive version asks whoever holds a seat under an older signature.
    ``viewers.annotations`` has the same rule in SQL, for ``Viewer.sign_before``.
    ``signatures``: the person's live ones, where the caller has read them.
    """
    signatures = live_signatures(person) if signatures is None else signatures
    newest = {}
    for one in sorted(signatures, key=lambda one: one.version.number):
        newest[one.organisation_id] = one
    substantive = CharterVersion.objects.published().filter(is_substantive=True)
    substantive = list(substantive.order_by("number"))
    refused = set(
        VersionRefusal.objects.filter(person=person).values_list("version", flat=True)
    )
    held = Seat.objects.current().filter(person=person).values_list("organisation", flat=True)
    pending = []
    for signature in (newest[one] for one in held if one in newest):
        number = signature.version.number
        versions = tuple(one for one in substantive if one.number > number)
        if versions:
            is_refused = versions[-1].pk in refused
            pending.append(
                PendingSignature(signature.organisation, signature, versions, is_refused)
            )
    return sorted(pending, key=lambda one: (one.closes_at, one.signature.pk))


def joinable_signature(organisation):
    """The signature of the version in force that a further person may countersign, or None.

    The oldest by someone whose seat is confirmed, else the oldest.
    """
    newest = CharterVersion.objects.in_force()
    given = Signature.objects.live().filter(
        organisation=organisation, version=newest, countersigns=None
    )
    given = given.select_related("version", "person", "organisation__college")
    seated = Seat.objects.confirmed().filter(organisation=organisation).values("person")
    return given.filter(person__in=seated).first() or given.first()
