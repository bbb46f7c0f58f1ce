"""The accounts at a glance: every model, by the folder that owns it."""

from accounts.cards.models import Card
from accounts.charter.models import Authority, CharterVersion, RegisterLine, Signature
from accounts.groups.models import GroupMembership, WorkingGroup
from accounts.organisations.models import College, Organisation, Seat
from accounts.people.models import RightsChange, Session, User
from accounts.territories.models import Department, Nature, Territory

__all__ = [
    "Authority",
    "Card",
    "CharterVersion",
    "College",
    "Department",
    "GroupMembership",
    "Nature",
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
