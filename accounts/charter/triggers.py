"""Database triggers that keep the newest version each organisation signed (``SignedVersion``).

Triggers, because signatures are also written by loaders and by cascades. An action that adds or
withdraws a signature has locked the organisation.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_KEEP = """
DELETE FROM accounts_signedversion WHERE organisation_id = NEW.organisation_id;
INSERT INTO accounts_signedversion (organisation_id, number)
SELECT organisation_id, MAX(number) FILTER (WHERE withdrawn_at IS NULL)
FROM accounts_signature
JOIN accounts_charterversion ON accounts_charterversion.id = version_id
WHERE organisation_id = NEW.organisation_id GROUP BY organisation_id
ON CONFLICT (organisation_id) DO UPDATE SET number = excluded.number;
"""
_KEEP_OLD = _KEEP.replace("NEW.", "OLD.")
_CHANGED = "UPDATE OF organisation_id, version_id, withdrawn_at ON accounts_signature"
_TRIGGERS = (
    Trigger("signature_added", "INSERT ON accounts_signature", "TRUE", _KEEP),
    Trigger("signature_changed", _CHANGED, "TRUE", _KEEP_OLD + _KEEP),
    Trigger("signature_erased", "DELETE ON accounts_signature", "TRUE", _KEEP_OLD),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "accounts_signedversion", _TRIGGERS)
