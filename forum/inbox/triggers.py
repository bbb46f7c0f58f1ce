"""Database triggers that tell whose notifications may have changed (``NotificationChange``).

They tell rather too many people than too few: what is told in vain is counted again, and the
count is the same. Each table that a source of notifications reads is here.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.inbox import recipients
from forum.inbox.models import EVERYBODY

_TABLE, _MAX_CONTACTS = "forum_notificationchange", 20


def _tell(people: str) -> str:
    """The SQL that tells the ``people`` of a SELECT with one column, ``person_id``."""
    return (
        f"INSERT INTO {_TABLE} (person_id, token)"  # noqa: S608
        f" SELECT person_id, RANDOM() FROM ({people}) AS people WHERE person_id IS NOT NULL;"
    )


def _tell_person(column: str) -> str:
    return _tell(f"SELECT {column} AS person_id")


_TELL_OWN = _tell_person("NEW.person_id")
#: A subscription brought a thread.
_TELL_FOLLOWER = (
    f"INSERT INTO {_TABLE} (person_id, token, is_of_follow)"  # noqa: S608
    " SELECT NEW.person_id, RANDOM(), TRUE;"
)
_OF_ORGANISATION = "organisation_id = NEW.organisation_id"
_BY_CONTACT = "ended_at IS NOT NULL, is_contact DESC, confirmed_at IS NULL, confirmed_at, id"


def _tell_contacts(column: str) -> str:
    """Tell who may be a contact: those named, then the first confirmed; so many at most that
    a change costs the same however many seats there are."""
    return _tell(
        f"SELECT person_id FROM accounts_seat WHERE organisation_id = {column}"  # noqa: S608
        f" ORDER BY {_BY_CONTACT} LIMIT {_MAX_CONTACTS}"
    )


#: They are told of all seats that wait.
_TELL_ANIMATORS = _tell("SELECT id AS person_id FROM accounts_user WHERE is_animator")
_TELL_ALL = _tell_person(str(EVERYBODY))
_POST_COLUMNS = "hidden_at, restored_at, deleted_at, held_at, approved_at, withheld_move_id"
#: A thread of which nothing is news, whatever brought it; one that is so now, or no more, or
#: of which answers were read.
_IS_OR_WAS_QUIET = (
    "NEW.level IN ('named', 'muted')",
    "OLD.level <> NEW.level AND (OLD.level IN ('named', 'muted') OR"
    " NEW.level IN ('named', 'muted'))"
    " OR NEW.level = 'named' AND OLD.last_read_number <> NEW.last_read_number",
)
_IS_HELD, _WAS_HELD = "NEW.held_at IS NOT NULL", "OLD.held_at IS NOT NULL"


def _on_each(
    table: str, body: str, name: str, condition: str = "TRUE", changed: str = ""
) -> list[Trigger]:
    """Triggers for each row of ``table`` that comes, changes or goes; ``body`` says ``NEW``.

    ``changed``: the condition for a row that changes, where it is another.
    """
    old = body.replace("NEW.", "OLD."), condition.replace("NEW.", "OLD.")
    return [
        Trigger(f"{name}_added", f"INSERT ON {table}", condition, body),
        Trigger(f"{name}_changed", f"UPDATE ON {table}", changed or condition, body),
        Trigger(f"{name}_gone", f"DELETE ON {table}", old[1], old[0]),
    ]


_SEAT_COLUMNS = (
    "started_at, ended_at, confirmed_at, refused_at, is_contact, successor_id, handed_over_at"
)
#: In the network that admits by sponsors, members are told of who looks for them.
_TELL_ALL_OF_CANDIDATE = _tell(
    f"SELECT {EVERYBODY} AS person_id FROM accounts_organisation"  # noqa: S608
    " WHERE id = NEW.organisation_id AND needs_sponsors AND admitted_at IS NULL"
)


def _tell_addressed(thread: str) -> str:
    """Tell whom a question is put to, and who asked it."""
    return _tell(recipients.ADDRESSED.format(thread=thread)) + _tell(
        recipients.ASKER.format(thread=thread)
    )


TRIGGERS = (
    *_on_each(
        "forum_report", _tell_person("NEW.reporter_id") + _TELL_ANIMATORS, "notify_of_report"
    ),
    Trigger(
        "notify_of_seat_added",
        "INSERT ON accounts_seat",
        "TRUE",
        _TELL_OWN + _tell_contacts("NEW.organisation_id") + _TELL_ANIMATORS,
    ),
    Trigger(
        "notify_of_seat_changed",
        f"UPDATE OF {_SEAT_COLUMNS} ON accounts_seat",
        "TRUE",
        _TELL_OWN
        + _tell(recipients.SUCCESSOR)
        + _tell_contacts("NEW.organisation_id")
        + _TELL_ANIMATORS,
    ),
    Trigger(
        "notify_of_seat_gone",
        "DELETE ON accounts_seat",
        "TRUE",
        _tell_contacts("OLD.organisation_id") + _tell_person("OLD.person_id") + _TELL_ANIMATORS,
    ),
    *_on_each(
        "accounts_signature",
        _TELL_OWN
        + _tell_contacts("NEW.organisation_id")
        + _TELL_ANIMATORS
        + _TELL_ALL_OF_CANDIDATE,
        "notify_of_signature",
    ),
    *_on_each("forum_visibilityaudit", _TELL_ANIMATORS, "notify_of_audit"),
    *_on_each("forum_quarantinedmail", _TELL_ANIMATORS, "notify_of_quarantined_mail"),
    *_on_each("accounts_charterversion", _TELL_ALL, "notify_of_version"),
    *_on_each("accounts_versionrefusal", _TELL_OWN, "notify_of_refusal"),
    *_on_each(
        "accounts_emaildomain", _tell_contacts("NEW.organisation_id"), "notify_of_domain"
    ),
    *_on_each(
        "accounts_groupentry", _TELL_OWN + _tell(recipients.GROUP_CONTACT), "notify_of_entry"
    ),
    Trigger(
        "notify_of_group_changed",
        "UPDATE OF contact_id, ends_at, join_policy ON accounts_workinggroup",
        "TRUE",
        _TELL_ALL,
    ),
    *_on_each("accounts_breakglassaccess", _TELL_ALL, "notify_of_access"),
    *_on_each("accounts_sponsorship", _TELL_ALL, "notify_of_sponsorship"),
    Trigger(
        "notify_of_admission",
        "UPDATE OF admitted_at ON accounts_organisation",
        "TRUE",
        _TELL_ALL,
    ),
    Trigger(
        "notify_of_inbox_read",
        "UPDATE OF inbox_read_at, email ON accounts_user",
        "OLD.inbox_read_at <> NEW.inbox_read_at OR OLD.email <> NEW.email",
        _tell_person("NEW.id"),
    ),
    Trigger(
        "notify_of_post_changed",
        f"UPDATE OF {_POST_COLUMNS} ON forum_post",
        "TRUE",
        _tell_person("NEW.author_id")
        + _tell_addressed("NEW.thread_id")
        + _tell(f"{recipients.FINDERS} = NEW.id")
        + _tell(recipients.MENTIONED_IN_POST),
    ),
    Trigger("notify_of_held", "INSERT ON forum_post", _IS_HELD, _TELL_ANIMATORS),
    Trigger(
        "notify_of_held_decided",
        "UPDATE OF held_at ON forum_post",
        _WAS_HELD,
        _TELL_ANIMATORS,
    ),
    Trigger(
        "notify_of_reply",
        "INSERT ON forum_post",
        "NEW.number > 1",
        _tell_addressed("NEW.thread_id"),
    ),
    Trigger(
        "notify_of_addressee",
        "INSERT ON forum_threadaddressee",
        "TRUE",
        _tell_addressed("NEW.thread_id"),
    ),
    *_on_each(
        "accounts_organisation_territories",
        _tell(f"SELECT person_id FROM accounts_seat WHERE {_OF_ORGANISATION}"),  # noqa: S608
        "notify_of_territory",
    ),
    Trigger(
        "notify_of_thread_changed",
        "UPDATE OF space_id, topic_id, kind, is_locked, accepted_id, removed_at"
        " ON forum_thread",
        "TRUE",
        _tell_addressed("NEW.id")
        + _tell(recipients.FINDERS_IN_THREAD)
        + _tell(recipients.MENTIONED_IN_THREAD)
        + _tell(recipients.ACCEPTED),
    ),
    *_on_each("accounts_accountclosing", _TELL_OWN, "notify_of_closing"),
    *_on_each("forum_measure", _TELL_OWN, "notify_of_measure"),
    *_on_each("forum_appeal", _tell(recipients.APPEAL) + _TELL_ANIMATORS, "notify_of_appeal"),
    *_on_each(
        "forum_threadmove",
        _tell(recipients.AUTHORS) + _tell_person("NEW.proposed_by_id"),
        "notify_of_move",
    ),
    *_on_each(
        "forum_moveanswer",
        _tell_person("NEW.author_id") + _tell(recipients.PROPOSER),
        "notify_of_move_answer",
    ),
    Trigger(
        "notify_of_subscribed",
        "INSERT ON forum_follow",
        "NEW.subscription_id IS NOT NULL",
        _TELL_FOLLOWER,
    ),
    # What is muted is told of to nobody, so that its mentions count no more.
    *_on_each("forum_subscription", _TELL_OWN, "notify_of_subscription"),
    *_on_each("forum_tagging", _tell(recipients.MENTIONED_IN_TAGGED), "notify_of_tagging"),
    Trigger("notify_of_merged_tag", "UPDATE OF merged_into_id ON forum_tag", "TRUE", _TELL_ALL),
    *_on_each("forum_mention", _TELL_OWN + _tell(recipients.MENTIONED), "notify_of_mention"),
    *_on_each("forum_quotation", _tell(recipients.QUOTED), "notify_of_quotation"),
    *_on_each("forum_follow", _TELL_FOLLOWER, "notify_of_quiet_thread", *_IS_OR_WAS_QUIET),
    *_on_each("forum_acceptedanswer", _tell_person("NEW.author_id"), "notify_of_accepted"),
    *_on_each("forum_mute", _TELL_OWN, "notify_of_mute"),
    *_on_each("forum_savedsearch", _TELL_OWN, "notify_of_saved_search"),
    *_on_each("forum_foundpost", _tell(recipients.FINDER), "notify_of_found_post"),
    *_on_each("forum_bouncecount", _TELL_OWN, "notify_of_paused_mail"),
    *_on_each("forum_lostreader", _TELL_OWN, "notify_of_lost_reader"),
    Trigger(
        "notify_of_thread_moved",
        "UPDATE OF space_id ON forum_thread",
        "OLD.space_id <> NEW.space_id",
        _tell(
            "SELECT DISTINCT author_id AS person_id FROM forum_post WHERE thread_id = NEW.id"
            " AND (hidden_at IS NOT NULL OR restored_at IS NOT NULL)"
        ),
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, _TABLE, TRIGGERS)
