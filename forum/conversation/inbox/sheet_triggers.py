"""Database triggers that tell whose notifications of sheets may have changed."""

from accounts.base.triggers import Trigger
from forum.conversation.inbox.trigger_sql import on_each, tell, tell_person

#: Who writes a sheet, is invited to, reviews it or is notified of a call on it, and the
#: contacts of its organisation, who answer for it where its authors are gone.
_OF_SHEET = """
SELECT author_id AS person_id FROM forum_experiencesheet WHERE {where}
UNION SELECT person_id FROM forum_sheetauthor WHERE sheet_id IN
(SELECT id FROM forum_experiencesheet WHERE {where})
UNION SELECT reviewer_id FROM forum_sheetreview WHERE sheet_id IN
(SELECT id FROM forum_experiencesheet WHERE {where})
UNION SELECT person_id FROM forum_reviewcallrecipient WHERE call_id IN
(SELECT id FROM forum_reviewcall WHERE sheet_id IN
(SELECT id FROM forum_experiencesheet WHERE {where}))
UNION SELECT other.person_id FROM accounts_seat AS other
JOIN accounts_seat AS own ON other.organisation_id = own.organisation_id
WHERE other.is_contact AND own.id IN (SELECT seat_id FROM forum_experiencesheet WHERE {where})
"""

#: Who is asked about a public version of a sheet, and who proposed it.
_OF_VERSION = """
SELECT NEW.proposed_by_id AS person_id
UNION SELECT person_id FROM forum_authorconsent WHERE version_id = NEW.id
"""
#: Who proposed the version that an author answers about.
_PROPOSER = (
    "SELECT proposed_by_id AS person_id FROM forum_publicversion WHERE id = NEW.version_id"
)


#: Who is notified of a call.
_RECIPIENTS = "SELECT person_id FROM forum_reviewcallrecipient WHERE call_id = NEW.id"


def _tell_of(where: str) -> str:
    return tell(_OF_SHEET.format(where=where))


_OF_PERSON = (
    "(author_id = NEW.id OR id IN"
    " (SELECT sheet_id FROM forum_sheetauthor WHERE person_id = NEW.id))"
)
SHEET_TRIGGERS = (
    *on_each(
        "forum_sheetauthor",
        tell_person("NEW.person_id") + tell_person("NEW.invited_by_id"),
        "notify_of_sheet_author",
    ),
    *on_each(
        "forum_sheetwriter",
        tell_person("NEW.person_id"),
        "notify_of_sheet_writer",
        changed="NEW.is_shown <> OLD.is_shown",
    ),
    # Who sent a file of a sheet is asked before others read it.
    *on_each(
        "forum_storedfile",
        tell_person("NEW.owner_id") + tell_person("NEW.sender_id"),
        "notify_of_sheet_file",
        "NEW.sheet_id IS NOT NULL OR NEW.sender_id IS NOT NULL",
        " OR ".join(
            f"COALESCE(OLD.{one}, 0) <> COALESCE(NEW.{one}, 0)"
            for one in ("sheet_id", "sender_id")
        ),
    ),
    *on_each(
        "forum_sheetreview",
        tell_person("NEW.reviewer_id") + tell_person("NEW.asked_by_id"),
        "notify_of_sheet_review",
    ),
    *on_each(
        "forum_reviewcall",
        tell_person("NEW.opened_by_id") + tell(_RECIPIENTS),
        "notify_of_review_call",
    ),
    *on_each(
        "forum_reviewcallrecipient", tell_person("NEW.person_id"), "notify_of_call_recipient"
    ),
    # Who may take a call depends on where the sheet is of, and who reads what it comes from.
    Trigger(
        "notify_of_sheet_place",
        "UPDATE OF territory_id, seat_id, topic_id ON forum_experiencesheet",
        " OR ".join(
            f"COALESCE(OLD.{one}, 0) <> COALESCE(NEW.{one}, 0)"
            for one in ("territory_id", "seat_id", "topic_id")
        ),
        _tell_of("id = NEW.id"),
    ),
    Trigger(
        "notify_of_sheet_origin_moved",
        "UPDATE OF space_id, removed_at ON forum_thread",
        "TRUE",
        _tell_of("origin_id = NEW.id"),
    ),
    Trigger(
        "notify_of_sheet_changed",
        "UPDATE OF thread_id, asked_at, confirmed_at, outdated_at ON forum_experiencesheet",
        "TRUE",
        _tell_of("id = NEW.id"),
    ),
    # Its readers change with those of its thread and of its first post.
    Trigger(
        "notify_of_sheet_moved",
        "UPDATE OF space_id, removed_at ON forum_thread",
        "NEW.has_sheet",
        _tell_of("thread_id = NEW.id"),
    ),
    Trigger(
        "notify_of_sheet_shown",
        "UPDATE OF hidden_at, deleted_at, held_at, withheld_move_id ON forum_post",
        "NEW.number = 1",
        _tell_of("thread_id = NEW.thread_id"),
    ),
    Trigger(
        "notify_of_sheet_author_gone",
        "UPDATE OF is_active ON accounts_user",
        "OLD.is_active <> NEW.is_active",
        _tell_of(_OF_PERSON),
    ),
    Trigger(
        "notify_of_public_version",
        "UPDATE OF published_at, ended_at ON forum_publicversion",
        "TRUE",
        tell(_OF_VERSION),
    ),
    *on_each(
        "forum_authorconsent",
        tell_person("NEW.person_id") + tell(_PROPOSER),
        "notify_of_author_consent",
    ),
)
