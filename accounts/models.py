"""The accounts at a glance: every model, by the folder that owns it."""

from accounts.charter.models import Authority, CharterVersion, RegisterLine, Signature
from accounts.groups.models import GroupMembership, WorkingGroup
from accounts.organisations.models import College, Organisation, Seat
from accounts.people.models import Device, RightsChange, Session, User
from accounts.territories.models import Territory

__all__ = [
    "Authority",
    "CharterVersion",
    "College",
    "Device",
    "GroupMembership",
    "Organisation",
    "RegisterLine",
    "RightsChange",
    "Seat",
    "Session",
    "Signature",
    "Territory",
    "User",
    "WorkingGroup",
]
