"""The accounts at a glance: every model, by the folder that owns it."""

from accounts.charter.models import Authority, CharterVersion, RegisterLine, Signature
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.openings.models import Opening
from accounts.organisations.models import College, Organisation, Seat
from accounts.people.models import RightsChange, Session, User
from accounts.territories.models import Territory

__all__ = [
    "Authority",
    "CharterVersion",
    "College",
    "GroupEntry",
    "GroupMembership",
    "Opening",
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
