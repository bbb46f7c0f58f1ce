"""Database triggers that keep the newest version each organisation signed (``SignedVersion``).

Triggers, because signatures are also written by loaders and by cascades. An action that adds or
withdraws a signature, or changes an organisation, has locked the organisation. Colleges are
reordered by hand only, while nobody signs.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_KEEP = """
DELETE FROM accounts_signedversion WHERE organisation_id = NEW.organisation_id
AND NOT EXISTS (
  SELECT 1 FROM accounts_signature WHERE organisation_id = NEW.organisation_id
);
INSERT INTO accounts_signedversion (
  organisation_id, number, folded_name, college_id, college_order, admitted_at, was_admitted
)
SELECT accounts_organisation.id, newest, folded_name, college_id, "order",
CASE WHEN merged_into_id IS NULL THEN admitted_at END, admitted_at IS NOT NULL FROM (
  SELECT organisation_id, MAX(number) FILTER (WHERE withdrawn_at IS NULL) AS newest
  FROM accounts_signature
  JOIN accounts_charterversion ON accounts_charterversion.id = version_id
  WHERE organisation_id = NEW.organisation_id GROUP BY organisation_id
) AS signed JOIN accounts_organisation ON accounts_organisation.id = organisation_id
JOIN accounts_college ON accounts_college.id = college_id
WHERE TRUE ON CONFLICT (organisation_id) DO UPDATE SET number = excluded.number;
"""
_COPY = """
UPDATE accounts_signedversion SET folded_name = NEW.folded_name,
college_id = NEW.college_id,
admitted_at = CASE WHEN NEW.merged_into_id IS NULL THEN NEW.admitted_at END,
was_admitted = was_admitted OR NEW.admitted_at IS NOT NULL WHERE organisation_id = NEW.id;
"""
_COPY_ORDER = """
UPDATE accounts_signedversion SET college_order = (
  SELECT "order" FROM accounts_college WHERE id = NEW.college_id
) WHERE organisation_id = NEW.id;
"""
_REORDER = """
UPDATE accounts_signedversion SET college_order = NEW."order" WHERE college_id = NEW.id;
"""
_KEEP_OLD = _KEEP.replace("NEW.", "OLD.")
_CHANGED = "UPDATE OF organisation_id, version_id, withdrawn_at ON accounts_signature"
_TRIGGERS = (
    Trigger("signature_added", "INSERT ON accounts_signature", "TRUE", _KEEP),
    Trigger("signature_changed", _CHANGED, "TRUE", _KEEP_OLD + _KEEP),
    Trigger("signature_erased", "DELETE ON accounts_signature", "TRUE", _KEEP_OLD),
    Trigger(
        "signatory_changed",
        "UPDATE OF folded_name, college_id, admitted_at, merged_into_id"
        " ON accounts_organisation",
        "TRUE",
        _COPY,
    ),
    Trigger(
        "signatory_moved",
        "UPDATE OF college_id ON accounts_organisation",
        "OLD.college_id <> NEW.college_id",
        _COPY_ORDER,
    ),
    Trigger("college_reordered", 'UPDATE OF "order" ON accounts_college', "TRUE", _REORDER),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "accounts_signedversion", _TRIGGERS)
