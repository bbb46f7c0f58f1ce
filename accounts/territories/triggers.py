"""Database triggers that tell when the map of territories changes (``MapVersion``).

What changes it holds its row until it commits. That is signing, withdrawing, admitting and
choosing territories, which have locked the organisation and come to the register later.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, renew_cache_version, replace_triggers

_RENEW = renew_cache_version("accounts_mapversion")
_SIGNATORY_CHANGED = (
    "COALESCE(OLD.number, 0) <> COALESCE(NEW.number, 0) OR OLD.college_id <> NEW.college_id"
    " OR (OLD.admitted_at IS NULL) <> (NEW.admitted_at IS NULL)"
)
_TERRITORY_CHANGED = (
    "OLD.folded_name <> NEW.folded_name OR OLD.department_codes <> NEW.department_codes"
    " OR OLD.country <> NEW.country"
)
_SIGNED, _ACTING = "accounts_signedversion", "accounts_organisation_territories"
_TRIGGERS = (
    Trigger("map_signatory_added", f"INSERT ON {_SIGNED}", "TRUE", _RENEW),
    Trigger("map_signatory_gone", f"DELETE ON {_SIGNED}", "TRUE", _RENEW),
    Trigger("map_signatory_changed", f"UPDATE ON {_SIGNED}", _SIGNATORY_CHANGED, _RENEW),
    Trigger("map_territory_chosen", f"INSERT ON {_ACTING}", "TRUE", _RENEW),
    Trigger("map_territory_left", f"DELETE ON {_ACTING}", "TRUE", _RENEW),
    Trigger("map_territory_exchanged", f"UPDATE ON {_ACTING}", "TRUE", _RENEW),
    Trigger(
        "map_territory_changed", "UPDATE ON accounts_territory", _TERRITORY_CHANGED, _RENEW
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "accounts_mapversion", _TRIGGERS)
