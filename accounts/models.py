"""All models of the accounts, for Django: those of every folder, found by themselves."""

from importlib import import_module

from accounts.admission.models import EmailDomain, Invitation, Sponsorship
from accounts.base.discovery import feature_modules
from accounts.break_glass.models import BreakGlassAccess
from accounts.charter.drafts.models import CharterDraft
from accounts.charter.models import (
    Authority,
    CharterVersion,
    RegisterLine,
    Signature,
    VersionRefusal,
)
from accounts.charter.signed_versions.models import SignedVersion
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.organisations.models import College, ConfirmationMethod, Organisation, Seat
from accounts.profiles.models import DirectorySeat, Profile
from accounts.territories.models import Department, MapVersion, Territory, TerritoryType
from accounts.users.models import Device, Session, User
from accounts.viewers.models import RightsChange

for _name in feature_modules("accounts", "models"):
    import_module(_name)

#: Models that several features import from here. A new one need not be among them.
__all__ = [
    "Authority",
    "Profile",
    "CharterDraft",
    "CharterVersion",
    "College",
    "Department",
    "DirectorySeat",
    "Device",
    "EmailDomain",
    "GroupEntry",
    "GroupMembership",
    "Invitation",
    "TerritoryType",
    "BreakGlassAccess",
    "MapVersion",
    "Organisation",
    "VersionRefusal",
    "RegisterLine",
    "RightsChange",
    "Seat",
    "Session",
    "Signature",
    "SignedVersion",
    "Sponsorship",
    "Territory",
    "User",
    "ConfirmationMethod",
    "WorkingGroup",
]
