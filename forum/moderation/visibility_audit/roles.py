"""The people as whom an audit asks: one of each kind of access, made for it."""

from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.charter.models import Authority
from accounts.factor_waits.models import FactorWait
from accounts.models import (
    CharterVersion,
    College,
    GroupMembership,
    Organisation,
    Seat,
    Signature,
    User,
    WorkingGroup,
)
from forum.models import Audience, Space

GUEST = "guest"
#: Two of the members of the network.
GROUP_MEMBER, ANIMATOR = "group member", "animator"


@dataclass(frozen=True)
class Role:
    """A kind of access: the ``person`` who has it, None for a guest.

    ``college``: the one they are a member of, None where they are no member. ``groups``: ids
    of the working groups whose space they read. ``animates``: whether they are an animator.
    """

    name: str
    person: User | None
    college: College | None = None
    groups: frozenset[int] = field(default_factory=frozenset)
    animates: bool = False

    @property
    def is_member(self) -> bool:
        """Whether they read what the whole network reads."""
        return self.college is not None


def reads_space(space: Space, role: Role) -> bool:
    """Whether ``role`` reads a space that is not public: said again, beside ``visible_to``."""
    if role.college is None or space.audience == Audience.NETWORK:
        return role.is_member
    if space.audience == Audience.COLLEGE:
        return space.college_id == role.college.pk
    return space.group_id in role.groups


def create_roles() -> list[Role]:
    """One person of each kind of access, with seats of their own; their rows are written."""
    colleges = list(College.objects.all())
    now = timezone.now()
    outside: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "waiting": ({"confirmed_at": None}, {}),
        "former": ({"ended_at": now}, {}),
        "suspended": ({}, {"suspended_at": now}),
    }
    roles = [Role(GUEST, None), Role("registered", create_person())]
    for name, (seat, person) in outside.items():
        roles.append(Role(name, _seated(colleges[0], seat, **person)))
    roles.append(Role("unsigned", _seated(colleges[0], is_signed=False)))
    for college in colleges:
        roles.append(Role(f"member of {college.slug}", _seated(college), college))
    roles.append(_group_member(colleges[0]))
    animator = _seated(colleges[-1], is_animator=True)
    # All at once: nobody is mailed of it. It is known to be theirs.
    Authenticator.objects.bulk_create(
        [Authenticator(user=animator, type="totp", data={"secret": "none"})]
    )
    FactorWait.objects.create(person=animator, opens_at=now)
    return [*roles, Role(ANIMATOR, animator, colleges[-1], animates=True)]


def create_person(**fields: Any) -> User:
    """Someone with an account and no seat."""
    address = f"audit-{token_hex(8)}@audit.invalid"
    person = User.objects.create_user(address, f"Audit {token_hex(4)}", **fields)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


def sign_in(client: Client, person: User) -> None:
    """Have ``client`` be that of ``person``, who has just given a password."""
    client.force_login(person)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, person, "password")
    request.session.save()


def take_seat(person: User, college: College, *, is_signed: bool = True, **fields: Any) -> None:
    """Give ``person`` a confirmed seat in a new organisation of ``college``.

    It has signed the newest charter, unless ``is_signed`` is false; ``fields`` are the seat's.
    """
    key = token_hex(6)
    organisation = Organisation.objects.create(
        slug=f"audit-{key}", name=f"Audit {key}", folded_name=f"audit {key}", college=college
    )
    values = {"confirmed_at": timezone.now(), "position": "Audit"} | fields
    Seat.objects.create(person=person, organisation=organisation, **values)
    if is_signed:
        version = CharterVersion.objects.order_by("-number").first()
        assert version is not None  # The reference data has one.
        Signature.objects.create(
            version=version, person=person, organisation=organisation, college=college,
            position="Audit", authority=Authority.OFFICE, typed_name="Audit",
            sha256=version.sha256,
        )  # fmt: skip


def _seated(
    college: College,
    seat: dict[str, Any] | None = None,
    *,
    is_signed: bool = True,
    **fields: Any,
) -> User:
    """A new person with a seat."""
    person = create_person(**fields)
    take_seat(person, college, is_signed=is_signed, **(seat or {}))
    return person


def _group_member(college: College) -> Role:
    """A member of every group that ``college`` may join, and of no other."""
    groups = WorkingGroup.objects.filter(Q(college=None) | Q(college=college))
    person, pks = _seated(college), frozenset(groups.values_list("pk", flat=True))
    GroupMembership.objects.bulk_create(
        GroupMembership(person=person, group_id=pk) for pk in pks
    )
    return Role(GROUP_MEMBER, person, college, pks)
