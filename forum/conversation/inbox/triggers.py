"""Database triggers that tell whose notifications may have changed (``NotificationChange``).

They tell rather too many people than too few: what is told in vain is counted again, and the
count is the same. Each table that a source of notifications reads is here.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.conversation.inbox import recipients
from forum.conversation.inbox.models import EVERYBODY
from forum.conversation.inbox.sheet_triggers import SHEET_TRIGGERS
from forum.conversation.inbox.trigger_sql import (
    TABLE,
    on_each,
    tell,
    tell_contacts,
    tell_person,
)

_TELL_OWN = tell_person("NEW.person_id")
#: A subscription brought a thread.
_TELL_FOLLOWER = (
    f"INSERT INTO {TABLE} (person_id, token, is_of_follow)"  # noqa: S608
    " SELECT NEW.person_id, RANDOM(), TRUE;"
)
#: They are told of all seats that wait.
_TELL_ANIMATORS = tell("SELECT id AS person_id FROM accounts_user WHERE is_animator")
_TELL_ALL = tell_person(str(EVERYBODY))
_POST_COLUMNS = "hidden_at, restored_at, deleted_at, held_at, approved_at, withheld_move_id"
#: A thread of which nothing is news, whatever brought it; one that is so now, or no more, or
#: of which answers were read.
_IS_OR_WAS_QUIET = (
    "NEW.level IN ('named', 'muted')",
    "OLD.level <> NEW.level AND (OLD.level IN ('named', 'muted') OR"
    " NEW.level IN ('named', 'muted'))"
    " OR NEW.level = 'named' AND OLD.last_read_number <> NEW.last_read_number",
)
_OF_ORGANISATION = "organisation_id = NEW.organisation_id"
_SUSPENDING = "UPDATE OF is_active, suspended_at, suspended_until ON accounts_user"
#: One asks to have a former version blanked, or is answered.
_IS_ASKED = "NEW.asked_at IS NOT NULL", "TRUE"
#: One wishes to be reminded of a post, or did.
_REMINDS = (
    "NEW.remind_on IS NOT NULL",
    "NEW.remind_on IS NOT NULL OR OLD.remind_on IS NOT NULL",
)
_TELL_AUTHOR_AND_ANIMATORS = tell_person("NEW.author_id") + _TELL_ANIMATORS
_IS_HELD, _WAS_HELD = "NEW.held_at IS NOT NULL", "OLD.held_at IS NOT NULL"

_SEAT_COLUMNS = (
    "started_at, ended_at, confirmed_at, refused_at, is_contact, successor_id, handed_over_at"
)
#: In the network that admits by sponsors, members are told of who looks for them.
_TELL_ALL_OF_CANDIDATE = tell(
    f"SELECT {EVERYBODY} AS person_id FROM accounts_organisation"  # noqa: S608
    " WHERE id = NEW.organisation_id AND needs_sponsors AND admitted_at IS NULL"
)


def _tell_addressed(thread: str) -> str:
    """Tell whom a question is put to, and who asked it, or is asked whether it is settled."""
    whom = recipients.ADDRESSED, recipients.ASKER, recipients.REMINDED
    return "".join(tell(people.format(thread=thread)) for people in whom)


TRIGGERS = (
    *on_each(
        "forum_report", tell_person("NEW.reporter_id") + _TELL_ANIMATORS, "notify_of_report"
    ),
    Trigger(
        "notify_of_seat_added",
        "INSERT ON accounts_seat",
        "TRUE",
        _TELL_OWN + tell_contacts("NEW.organisation_id") + _TELL_ANIMATORS,
    ),
    Trigger(
        "notify_of_seat_changed",
        f"UPDATE OF {_SEAT_COLUMNS} ON accounts_seat",
        "TRUE",
        _TELL_OWN
        + tell(recipients.SUCCESSOR)
        + tell_contacts("NEW.organisation_id")
        + _TELL_ANIMATORS,
    ),
    Trigger(
        "notify_of_seat_gone",
        "DELETE ON accounts_seat",
        "TRUE",
        tell_contacts("OLD.organisation_id") + tell_person("OLD.person_id") + _TELL_ANIMATORS,
    ),
    *on_each(
        "accounts_signature",
        f"{_TELL_OWN}{tell_contacts('NEW.organisation_id')}{_TELL_ANIMATORS}"
        f"{_TELL_ALL_OF_CANDIDATE}",
        "notify_of_signature",
    ),
    *on_each("forum_visibilityaudit", _TELL_ANIMATORS, "notify_of_audit"),
    *on_each("accounts_factorwait", _TELL_ANIMATORS, "notify_of_factor"),
    *on_each("forum_namepassage", _TELL_ANIMATORS, "notify_of_name_passage"),
    *on_each("forum_newsletterissue", _TELL_ANIMATORS, "notify_of_newsletter"),
    *on_each("forum_quarantinedmail", _TELL_ANIMATORS, "notify_of_quarantined_mail"),
    *on_each("accounts_charterversion", _TELL_ALL, "notify_of_version"),
    *on_each("accounts_versionrefusal", _TELL_OWN, "notify_of_refusal"),
    *on_each("accounts_emaildomain", tell_contacts("NEW.organisation_id"), "notify_of_domain"),
    *on_each(
        "accounts_groupentry", _TELL_OWN + tell(recipients.GROUP_CONTACT), "notify_of_entry"
    ),
    Trigger(
        "notify_of_group_changed",
        "UPDATE OF contact_id, ends_at, join_policy ON accounts_workinggroup",
        "TRUE",
        _TELL_ALL,
    ),
    *on_each("accounts_breakglassaccess", _TELL_ALL, "notify_of_access"),
    *on_each("accounts_sponsorship", _TELL_ALL, "notify_of_sponsorship"),
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
        tell_person("NEW.id"),
    ),
    Trigger(
        "notify_of_post_changed",
        f"UPDATE OF {_POST_COLUMNS} ON forum_post",
        "TRUE",
        tell_person("NEW.author_id")
        + _tell_addressed("NEW.thread_id")
        + tell(f"{recipients.FINDERS} = NEW.id")
        + tell(recipients.MENTIONED_IN_POST)
        + tell(recipients.REMINDED_OF_POST),
    ),
    Trigger(
        "notify_of_wiki_edit",
        "UPDATE OF edited_at ON forum_post",
        "NEW.edited_by_id IS NOT NULL OR OLD.edited_by_id IS NOT NULL",
        tell_person("NEW.author_id") + tell_person("NEW.edited_by_id"),
    ),
    Trigger(
        "notify_of_post_moved",
        "UPDATE OF thread_id ON forum_post",
        "OLD.thread_id <> NEW.thread_id",
        tell_person("NEW.author_id")
        + _tell_addressed("OLD.thread_id")
        + _tell_addressed("NEW.thread_id")
        + tell(f"{recipients.FINDERS} = NEW.id")
        + tell(recipients.MENTIONED_IN_POST)
        + tell(recipients.REMINDED_OF_POST),
    ),
    *on_each("forum_postmove", tell(recipients.MOVED_AUTHORS), "notify_of_post_move"),
    Trigger("notify_of_held", "INSERT ON forum_post", _IS_HELD, _TELL_ANIMATORS),
    Trigger(
        "notify_of_held_decided",
        "UPDATE OF held_at ON forum_post",
        _WAS_HELD,
        _TELL_ANIMATORS,
    ),
    # Their desk has the questions that nobody answers.
    Trigger("notify_of_first_reply", "INSERT ON forum_post", "NEW.number = 2", _TELL_ANIMATORS),
    Trigger(
        "notify_of_question",
        "UPDATE OF is_locked, settled_at, kind, removed_at ON forum_thread",
        "NEW.kind = 'question'",
        _TELL_ANIMATORS,
    ),
    *on_each("forum_questionreminder", tell(recipients.OWNER_OF_THREAD), "notify_of_reminder"),
    Trigger(
        "notify_of_reply",
        "INSERT ON forum_post",
        "NEW.number > 1",
        _tell_addressed("NEW.thread_id"),
    ),
    *on_each("forum_threadaddressee", _tell_addressed("NEW.thread_id"), "notify_of_addressee"),
    *on_each(
        "forum_askedorganisation",
        _tell_addressed("NEW.thread_id"),
        "notify_of_told",
        changed="OLD.organisation_id <> NEW.organisation_id OR OLD.thread_id <> NEW.thread_id",
    ),
    *on_each(
        "accounts_organisation_territories",
        tell(f"SELECT person_id FROM accounts_seat WHERE {_OF_ORGANISATION}"),  # noqa: S608
        "notify_of_territory",
    ),
    Trigger(
        "notify_of_thread_changed",
        "UPDATE OF space_id, topic_id, kind, is_locked, accepted_id, settled_at, removed_at"
        " ON forum_thread",
        "TRUE",
        _tell_addressed("NEW.id")
        + tell(recipients.FINDERS_IN_THREAD)
        + tell(recipients.MENTIONED_IN_THREAD)
        + tell(recipients.ACCEPTED)
        + tell(recipients.THANKED_IN_THREAD)
        + tell(recipients.REMINDED_IN_THREAD),
    ),
    *on_each("accounts_accountclosing", _TELL_OWN, "notify_of_closing"),
    *on_each("forum_measure", _TELL_OWN, "notify_of_measure"),
    *on_each("forum_appeal", tell(recipients.APPEAL) + _TELL_ANIMATORS, "notify_of_appeal"),
    *on_each(
        "forum_threadmove",
        tell(recipients.WRITERS) + tell_person("NEW.proposed_by_id"),
        "notify_of_move",
    ),
    *on_each(
        "forum_moveanswer",
        tell_person("NEW.author_id") + tell(recipients.PROPOSER),
        "notify_of_move_answer",
    ),
    Trigger(
        "notify_of_subscribed",
        "INSERT ON forum_follow",
        "NEW.subscription_id IS NOT NULL",
        _TELL_FOLLOWER,
    ),
    # What is muted is told of to nobody, so that its mentions count no more.
    *on_each("forum_subscription", _TELL_OWN, "notify_of_subscription"),
    *on_each("forum_tagging", tell(recipients.MENTIONED_IN_TAGGED), "notify_of_tagging"),
    Trigger("notify_of_merged_tag", "UPDATE OF merged_into_id ON forum_tag", "TRUE", _TELL_ALL),
    *on_each(
        "forum_mailauthor",
        tell(recipients.ADDRESS_OWNERS),
        "notify_of_posts_to_claim",
        "NEW.unclaimed_id IS NOT NULL",
        "NEW.unclaimed_id IS NOT NULL OR OLD.unclaimed_id IS NOT NULL",
    ),
    # What came from the address of a list, or of a space, is nobody's to claim.
    Trigger(
        "notify_of_list_address", "UPDATE OF report ON forum_mailarchive", "TRUE", _TELL_ALL
    ),
    Trigger(
        "notify_of_space_address",
        "UPDATE OF mail_address ON forum_space",
        "OLD.mail_address <> NEW.mail_address",
        _TELL_ALL,
    ),
    *on_each("account_emailaddress", tell_person("NEW.user_id"), "notify_of_address"),
    *on_each("forum_mention", _TELL_OWN + tell(recipients.MENTIONED), "notify_of_mention"),
    *on_each("forum_quotation", tell(recipients.QUOTED), "notify_of_quotation"),
    *on_each("forum_follow", _TELL_FOLLOWER, "notify_of_quiet_thread", *_IS_OR_WAS_QUIET),
    *on_each("forum_acceptedanswer", tell_person("NEW.author_id"), "notify_of_accepted"),
    *on_each("forum_thank", tell(recipients.THANKED), "notify_of_thank"),
    # The thanks of one who is suspended or gone are told of no more.
    Trigger("notify_of_thanker", _SUSPENDING, "TRUE", tell(recipients.THANKED_BY)),
    *on_each("forum_revision", _TELL_AUTHOR_AND_ANIMATORS, "notify_of_revision", *_IS_ASKED),
    *on_each("forum_heldedit", _TELL_AUTHOR_AND_ANIMATORS, "notify_of_held_edit"),
    *on_each("forum_mute", _TELL_OWN, "notify_of_mute"),
    *SHEET_TRIGGERS,
    *on_each("forum_savedsearch", _TELL_OWN, "notify_of_saved_search"),
    *on_each("forum_foundpost", tell(recipients.FINDER), "notify_of_found_post"),
    *on_each("forum_bookmark", _TELL_OWN, "notify_of_bookmark", *_REMINDS),
    *on_each("forum_bouncecount", _TELL_OWN, "notify_of_paused_mail"),
    *on_each("forum_lostreader", _TELL_OWN, "notify_of_lost_reader"),
    Trigger(
        "notify_of_thread_moved",
        "UPDATE OF space_id ON forum_thread",
        "OLD.space_id <> NEW.space_id",
        tell(
            "SELECT DISTINCT author_id AS person_id FROM forum_post WHERE thread_id = NEW.id"
            " AND (hidden_at IS NOT NULL OR restored_at IS NOT NULL)"
        ),
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, TABLE, TRIGGERS)
