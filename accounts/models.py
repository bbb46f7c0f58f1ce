"""The accounts at a glance: every model, by the folder that owns it."""

from accounts.admission.models import EmailDomain, Invitation, Sponsorship
from accounts.break_glass.models import BreakGlassAccess
from accounts.charter.drafts.models import CharterDraft
from accounts.charter.models import (
    Authority,
    CharterVersion,
    RegisterLine,
    Signature,
    VersionRefusal,
)
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.organisations.models import College, ConfirmationMethod, Organisation, Seat
from accounts.profiles.models import Profile
from accounts.territories.models import Department, Territory, TerritoryType
from accounts.users.models import Device, Session, User
from accounts.viewers.models import RightsChange

__all__ = [
    "Authority",
    "Profile",
    "CharterDraft",
    "CharterVersion",
    "College",
    "Department",
    "Device",
    "EmailDomain",
    "GroupEntry",
    "GroupMembership",
    "Invitation",
    "TerritoryType",
    "BreakGlassAccess",
    "Organisation",
    "VersionRefusal",
    "RegisterLine",
    "RightsChange",
    "Seat",
    "Session",
    "Signature",
    "Sponsorship",
    "Territory",
    "User",
    "ConfirmationMethod",
    "WorkingGroup",
]
