"""What is decided about a row, which is not for those whose it is, and by whom."""

from django.conf import settings

from accounts.admission.models import EmailDomain, Invitation, Sponsorship
from accounts.models import ConfirmationMethod, Organisation, Seat
from forum.models import Post
from forum.moderation.visibility_audit.writes.ownership import Row, RowsBefore, movers
from forum.moderation.visibility_audit.writes.recorded_changes import RowChange

#: By animators, but for what ``deciders`` says.
_DECIDED_COLUMNS = {
    "accounts.Organisation": {
        "admitted_at", "admitted_by_id", "merged_into_id", "needs_sponsors", "struck_at",
    },
    "accounts.Seat": {
        "confirmation_method", "confirmed_at", "confirmed_by_id", "refused_at", "refused_by_id",
        "refusal",
    },
    "accounts.User": {
        "is_active", "is_animator", "is_staff", "is_superuser", "silenced_until",
        "suspended_at",
    },
    "forum.Post": {
        "approved_at", "held_at", "held_for", "hidden_at", "hidden_by_id", "hiding_reason",
        "restored_at",
    },
    "forum.Thread": {
        "is_locked", "is_pinned", "merged_into_id", "removed_at", "retitled_at",
        "slow_mode_minutes", "space_id",
    },
}  # fmt: skip


def is_decided(change: RowChange, rows: RowsBefore) -> bool:
    """Whether ``change`` is a decision about a row that was there."""
    decided = _DECIDED_COLUMNS.get(change.model._meta.label, set())
    return bool(change.columns & decided) and change.is_update and rows.was_there(change)


def deciders(change: RowChange, rows: RowsBefore) -> set[int]:
    """The people who may decide so: none but animators, and contacts about seats, or these."""
    before, after = change.before or {}, change.after or {}
    if change.model is Seat:
        return {before["person_id"]} if _is_confirmed_at_once(after, rows) else set()
    if change.model is Organisation and change.columns <= {"admitted_at", "admitted_by_id"}:
        return _who_bring_in(before["id"], rows)
    if "space_id" in change.columns:
        return movers(before["id"], rows)
    if change.columns & {"removed_at", "is_locked", "is_pinned"} == {"removed_at"}:
        posts = [it for it in rows.written(Post) if it["thread_id"] == before["id"]]
        return {it["author_id"] for it in posts if it["number"] == 1 and it["deleted_at"]}
    return set()


def _is_confirmed_at_once(seat: Row, rows: RowsBefore) -> bool:
    """Whether nobody had to decide: by what the site says, an invitation or a domain."""
    condition = {"organisation_id": seat["organisation_id"]}
    match seat["confirmation_method"]:
        case ConfirmationMethod.OPEN:
            return bool(settings.FORUM_ADMISSION == "open")
        case ConfirmationMethod.INVITATION:
            inviters = {it["invited_by_id"] for it in rows.of(Invitation, **condition)}
            return bool(inviters - {None, seat["person_id"]})
        case ConfirmationMethod.DOMAIN:
            return any(it["verified_at"] for it in rows.of(EmailDomain, **condition))
    return False


def _who_bring_in(pk: int, rows: RowsBefore) -> set[int]:
    """Who sponsors the organisation, and whose seat in it is confirmed with it."""
    sponsors = [it for it in rows.added(Sponsorship) if it["organisation_id"] == pk]
    seats = [it for it in rows.written(Seat) if it["organisation_id"] == pk]
    people = {it["person_id"] for it in seats if it["confirmed_at"]}
    others = [it for it in sponsors if it["sponsor_organisation_id"] != pk]
    return people | {it["sponsor_id"] for it in others}
