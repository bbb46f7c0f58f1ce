"""Database triggers that keep what the directory finds people by (``DirectorySeat``).

Triggers, because seats, signatures and people are also written by loaders and by cascades.
Each copies what its own table says, and no more: so of two that write one row together, none
undoes the other's. Signatures change while their organisation is locked.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_NEWEST = """
SELECT MAX(accounts_charterversion.number) FROM accounts_signature
JOIN accounts_charterversion ON accounts_charterversion.id = accounts_signature.version_id
WHERE accounts_signature.withdrawn_at IS NULL
AND accounts_signature.person_id = accounts_directoryseat.person_id
AND accounts_signature.organisation_id = accounts_directoryseat.organisation_id
"""
_ADD = f"""
INSERT INTO accounts_directoryseat (
  seat_id, person_id, organisation_id, college_id, started_at, ended_at, refused_at,
  confirmed_at, admitted_at, folded_name, is_active, is_listed
)
SELECT
  accounts_seat.id, accounts_seat.person_id, accounts_seat.organisation_id, college_id,
  started_at, ended_at, refused_at, confirmed_at, admitted_at, accounts_user.folded_name,
  accounts_user.is_active AND suspended_at IS NULL, COALESCE(is_listed, TRUE)
FROM accounts_seat
JOIN accounts_organisation ON accounts_organisation.id = accounts_seat.organisation_id
JOIN accounts_user ON accounts_user.id = accounts_seat.person_id
LEFT JOIN accounts_profile ON accounts_profile.person_id = accounts_seat.person_id
WHERE accounts_seat.id = NEW.id;
UPDATE accounts_directoryseat SET number = ({_NEWEST}) WHERE seat_id = NEW.id;
"""  # noqa: S608
_REMOVE = "DELETE FROM accounts_directoryseat WHERE seat_id = OLD.id;"
_SEAT_COLUMNS = "started_at", "ended_at", "refused_at", "confirmed_at"
_CHANGE = f"""
UPDATE accounts_directoryseat
SET {", ".join(f"{name} = NEW.{name}" for name in _SEAT_COLUMNS)} WHERE seat_id = NEW.id;
"""  # noqa: S608
_SIGN = f"""
UPDATE accounts_directoryseat SET number = ({_NEWEST})
WHERE person_id = NEW.person_id AND organisation_id = NEW.organisation_id;
"""  # noqa: S608
_UNSIGN = _SIGN.replace("NEW.", "OLD.")
_ADMIT = """
UPDATE accounts_directoryseat SET admitted_at = NEW.admitted_at, college_id = NEW.college_id
WHERE organisation_id = NEW.id;
"""
_NAME = """
UPDATE accounts_directoryseat
SET folded_name = NEW.folded_name, is_active = NEW.is_active AND NEW.suspended_at IS NULL
WHERE person_id = NEW.id;
"""
_LIST = """
UPDATE accounts_directoryseat SET is_listed = NEW.is_listed WHERE person_id = NEW.person_id;
"""
_LIST_BY_DEFAULT = """
UPDATE accounts_directoryseat SET is_listed = TRUE WHERE person_id = OLD.person_id;
"""
_SIGNATURE_CHANGED = (
    "UPDATE OF person_id, organisation_id, version_id, withdrawn_at ON accounts_signature"
)
_TRIGGERS = (
    Trigger("directory_seat_added", "INSERT ON accounts_seat", "TRUE", _ADD),
    Trigger("directory_seat_erased", "DELETE ON accounts_seat", "TRUE", _REMOVE),
    Trigger(
        "directory_seat_changed",
        f"UPDATE OF {', '.join(_SEAT_COLUMNS)} ON accounts_seat",
        "TRUE",
        _CHANGE,
    ),
    Trigger(
        "directory_seat_moved",
        "UPDATE OF person_id, organisation_id ON accounts_seat",
        "OLD.person_id <> NEW.person_id OR OLD.organisation_id <> NEW.organisation_id",
        _REMOVE + _ADD,
    ),
    Trigger("directory_signed", "INSERT ON accounts_signature", "TRUE", _SIGN),
    Trigger("directory_signature_changed", _SIGNATURE_CHANGED, "TRUE", _UNSIGN + _SIGN),
    Trigger("directory_signature_erased", "DELETE ON accounts_signature", "TRUE", _UNSIGN),
    Trigger(
        "directory_admitted",
        "UPDATE OF admitted_at, college_id ON accounts_organisation",
        "TRUE",
        _ADMIT,
    ),
    Trigger(
        "directory_named",
        "UPDATE OF folded_name, is_active, suspended_at ON accounts_user",
        "TRUE",
        _NAME,
    ),
    Trigger("directory_profile_added", "INSERT ON accounts_profile", "TRUE", _LIST),
    Trigger(
        "directory_profile_changed", "UPDATE OF is_listed ON accounts_profile", "TRUE", _LIST
    ),
    Trigger("directory_profile_erased", "DELETE ON accounts_profile", "TRUE", _LIST_BY_DEFAULT),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "accounts_directoryseat", _TRIGGERS)
