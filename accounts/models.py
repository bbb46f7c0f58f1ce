"""The accounts at a glance: every model, by the folder that owns it."""

from accounts.admission.models import EmailDomain, Invitation, Sponsorship
from accounts.cards.models import Card
from accounts.charter.models import (
    Authority,
    CharterVersion,
    Refusal,
    RegisterLine,
    Signature,
)
from accounts.editions.models import CharterDraft
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.openings.models import Opening
from accounts.organisations.models import College, Organisation, Seat, Way
from accounts.people.models import Device, RightsChange, Session, User
from accounts.territories.models import Department, Nature, Territory

__all__ = [
    "Authority",
    "Card",
    "CharterDraft",
    "CharterVersion",
    "College",
    "Department",
    "Device",
    "EmailDomain",
    "GroupEntry",
    "GroupMembership",
    "Invitation",
    "Nature",
    "Opening",
    "Organisation",
    "Refusal",
    "RegisterLine",
    "RightsChange",
    "Seat",
    "Session",
    "Signature",
    "Sponsorship",
    "Territory",
    "User",
    "Way",
    "WorkingGroup",
]
