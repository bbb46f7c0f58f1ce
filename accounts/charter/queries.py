"""What the charter asks of people: which versions they have yet to sign, for whom, by when.

A substantive version asks whoever holds a seat under an older signature, organisation by
organisation, as the rights go (``Seat.objects.granting_access``). Whoever refused it is asked no more.
"""

from dataclasses import dataclass

from accounts.charter.models import CharterVersion, Signature, VersionRefusal
from accounts.organisations.models import Organisation, Seat


@dataclass(frozen=True)
class PendingSignature:
    """An organisation that a person has yet to sign for again.

    ``signature`` is their newest one for it; ``versions`` those that ask since, oldest first.
    """

    organisation: Organisation
    signature: Signature
    versions: tuple
    is_refused: bool

    @property
    def newest(self):
        """The version to sign: it answers all before it."""
        return self.versions[-1]

    @property
    def closes_at(self):
        """When the seat stops opening the member areas, or did."""
        return min(version.binding_from for version in self.versions)


def live_signatures(person):
    """What ``person`` signed and has not withdrawn, the newest first."""
    live = Signature.objects.live().filter(person=person)
    return live.select_related("version", "organisation__college").order_by("-signed_at", "-pk")


def group_by_organisation(signatures):
    """``signatures`` as (organisation, its signatures) pairs, in the order they came in."""
    grouped = {}
    for one in signatures:
        grouped.setdefault(one.organisation, []).append(one)
    return list(grouped.items())


def pending_signatures(person, signatures=None):
    """What the charter asks of ``person``, the first to close first; none where all is signed.

    ``signatures`` are their live ones, where they are known.
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
    """The signature of the version in force that a further person may join, or None.

    The oldest by someone whose seat is confirmed, else the oldest.
    """
    newest = CharterVersion.objects.in_force()
    given = Signature.objects.live().filter(
        organisation=organisation, version=newest, countersigns=None
    )
    given = given.select_related("version", "person", "organisation__college")
    seated = Seat.objects.confirmed().filter(organisation=organisation).values("person")
    return given.filter(person__in=seated).first() or given.first()
