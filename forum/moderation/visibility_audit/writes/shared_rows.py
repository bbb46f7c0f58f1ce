"""What may be changed of a row by others than those whose it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from accounts.models import Organisation, Seat
from forum.models import Tagging, Thread
from forum.moderation.visibility_audit.writes.ownership import (
    Owners,
    Row,
    RowsBefore,
    authors_of_sheet,
    authors_of_thread,
    members,
    movers,
    owner_of_thread,
)
from forum.moderation.visibility_audit.writes.recorded_changes import RowChange

#: Kept in step with what is written, whoever wrote it: counts, indexes, numbers, logs, tasks.
_DERIVED = {
    "accounts.DirectorySeat", "accounts.MapVersion", "accounts.ModerationLogEntry",
    "accounts.RegisterLine", "accounts.RightsChange", "accounts.SignedVersion",
    "forum.AskedQuestion", "forum.Ballot", "forum.BallotBox", "forum.ContributionCount",
    "forum.Event", "forum.IndexedWord",
    "forum.MenuVersion", "forum.NotificationChange", "forum.PostDocument",
    "forum.ThreadCount", "forum.ThreadDocument", "forum.WeeklyPostCount",
}  # fmt: skip
#: Columns of others' rows that one changes by acting beside them.
_SHARED = {
    "accounts.Seat": {"departed_at"},
    "forum.Post": {"thank_count"},
    "forum.Thread": {
        "last_posted_at", "post_count", "removed_reply_count", "same_question_count", "seq",
    },
}  # fmt: skip
#: Rows of others that come, or go, with what they are about.
_COMING, _GOING = {"forum.Follow", "forum.ReviewCallRecipient"}, {"forum.ToolUse"}
#: What animators decide about wherever it is, and read no more of there.
DECIDED = {"forum.Appeal", "forum.Measure", "forum.Report"}
#: Rows of nobody that anybody may add.
_ADDED = {"accounts.Session", "accounts.Territory", "forum.Report", "forum.Tag", "forum.Tool"}
#: What is written anew: by all of a wiki; what a sheet says, by the first post of its thread,
#: and by the thread.
_TEXT_COLUMNS = {
    "forum.Post": {"edited_at", "edited_by_id", "html", "text", "version"},
    "forum.Thread": {"seq", "title", "title_edited_at"},
}
_TAGGED = Tagging._meta.get_field("content_object").column
#: What co-authors do not change of a sheet.
_OF_WHO_BEGAN = {"author_id", "origin_id", "published_at", "seat_id", "thread_id"}


def is_derived(change: RowChange) -> bool:
    """Whether the row is kept in step with others, and is nobody's.

    So is the number of a thread's last event, and so are tasks that wait.
    """
    label = change.model._meta.label
    if label == "django_ox.OxTask":
        return change.before is None
    return label in _DERIVED or (label == "forum.Thread" and change.columns == {"seq"})


def is_effect(change: RowChange, rows: RowsBefore) -> bool:
    """Whether ``change`` is what acting on one's own does to rows that are not one's own.

    A tagging repeats what its thread says, and is judged as that is.
    """
    label = change.model._meta.label
    if change.before and change.after:
        if change.model is Tagging and rows.change_of(Thread, change.before[_TAGGED]):
            return change.columns <= _copied_columns()
        return change.columns <= _SHARED.get(label, set())
    return label in (_COMING if change.before is None else _GOING)


@cache
def _copied_columns() -> set[str | None]:
    tagging, thread = ({it.column for it in model._meta.fields} for model in (Tagging, Thread))
    return tagging & thread - {"id"}


def is_carried(change: RowChange, rows: RowsBefore) -> bool:
    """Whether ``change`` has a row follow threads, or organisations, that are merged."""
    merging = {"thread_id": Thread, "linked_id": Thread, "organisation_id": Organisation}
    before, after = change.before or {}, change.after or {}
    return change.is_update and all(
        column in merging
        and any(
            (it["id"], it["merged_into_id"]) == (before[column], after[column])
            for it in rows.written(merging[column])
        )
        for column in change.columns
    )


def may_be_added(change: RowChange) -> bool:
    """Whether anybody may add this row, which is nobody's."""
    return change.before is None and change.model._meta.label in _ADDED


def owners_for(change: RowChange, owners: Owners, rows: RowsBefore) -> Owners:
    """For whom ``change`` is to make: ``owners`` of the row, others too, or fewer.

    Where who may add a row is said here, no organisation may by being named in it.
    """
    rule = _RULES.get(change.model._meta.label)
    if rule is None:
        return owners
    people = rule(change, change.before or change.after or {}, set(owners.people), rows)
    organisations = owners.organisations if change.before else frozenset()
    return replace(owners, people=frozenset(people), organisations=organisations)


def _for_asked(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Who put a question to an organisation has it wait there."""
    addressee = rows.referred(change.model, row, "addressee")
    return owners if change.before or not addressee else {addressee["asked_by_id"]}


def _for_organisation(
    change: RowChange, row: Row, owners: set[int], rows: RowsBefore
) -> set[int]:
    """Who takes a seat in it brings it in."""
    if change.before:
        return owners
    return {it["person_id"] for it in rows.added(Seat) if it["organisation_id"] == row["id"]}


def _for_post(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Who asked says which answer settles it; all write a wiki, authors of a sheet its post."""
    if change.is_update and change.columns == {"is_accepted"}:
        return owner_of_thread(row["thread_id"], rows)
    if not _is_rewritten(change):
        return owners
    if row["is_wiki"] and change.after:
        return owners | members(rows, change.after["edited_by_id"])
    return owners | (authors_of_thread(row["thread_id"], rows) if row["number"] == 1 else set())


def _for_thread(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """The authors of a sheet name its thread; a move takes it along."""
    if _is_rewritten(change):
        owners |= authors_of_thread(row["id"], rows)
    return owners | (movers(row["id"], rows) if change.is_update else set())


def _is_rewritten(change: RowChange) -> bool:
    return change.is_update and change.columns <= _TEXT_COLUMNS[change.model._meta.label]


def _for_move(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """The last author who agrees has a thread moved, and readers lose it."""
    if change.model._meta.label == "forum.LostReader":
        move = rows.referred(change.model, row, "move")
        return owners if change.before else movers(move.get("thread_id"), rows)
    is_done = change.is_update and change.columns == {"moved_at"}
    return owners | (movers(row["thread_id"], rows) if is_done else set())


def _for_sheet(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Co-authors write it; who began it publishes it, and deletes it."""
    is_written = change.is_update and not change.columns & _OF_WHO_BEGAN
    return owners if is_written else {row["author_id"]}


def _for_coauthor(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Who began a sheet invites to write it; one answers for oneself, once invited."""
    sheet = rows.referred(change.model, row, "sheet")
    authors = {sheet["author_id"]} if sheet else set()
    return authors | ({row["person_id"]} if change.before else set())


def _for_consent(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """The authors of a sheet ask each of them; each answers for oneself."""
    version = rows.referred(change.model, row, "version")
    is_asked = change.before is None and not row["answer"] and version
    return owners | (authors_of_sheet(version["sheet_id"], rows) if is_asked else set())


def _for_link(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Who owns a thread says where it is answered; who owns either takes a link away."""
    owner = owner_of_thread(row["thread_id"], rows)
    if change.is_update:
        return owner
    is_gone = change.after is None
    return owners | (owner | owner_of_thread(row["linked_id"], rows) if is_gone else set())


def _for_voter(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Who opens a round names its voters, and they go with it."""
    return {rows.referred(change.model, row, "round")["author_id"]}


def _for_poll_voter(
    change: RowChange, row: Row, owners: set[int], rows: RowsBefore
) -> set[int]:
    """Who opens a vote names its voters; who votes for one notes that it has."""
    author = rows.referred(change.model, row, "poll")["author_id"]
    return owners if change.is_update and change.columns == {"has_voted"} else {author}


def _for_poll_vote(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Whoever sits for a frozen voter votes for it, in place of who did before."""
    return owners | _sitting(rows.referred(change.model, row, "voter"), rows)


def _sitting(voter: Row, rows: RowsBefore) -> set[int]:
    """Who sits in the organisation of a voter of a poll or a round."""
    seats = rows.of(Seat, organisation_id=voter["organisation_id"]) if voter else []
    return {it["person_id"] for it in seats if not it["ended_at"]} - {None}


def _for_position(change: RowChange, row: Row, owners: set[int], rows: RowsBefore) -> set[int]:
    """Who opened a round says what becomes of objections; a voter's are replaced by it."""
    is_treated = change.is_update and change.columns == {"treatment"}
    if is_treated:
        return owners | {rows.referred(change.model, row, "round")["author_id"]}
    return owners | _sitting(rows.referred(change.model, row, "voter"), rows)


_RULES: dict[str, Callable[[RowChange, Row, set[int], RowsBefore], set[int]]] = {
    "accounts.Organisation": _for_organisation,
    "forum.AskedOrganisation": _for_asked,
    "forum.AuthorConsent": _for_consent,
    "forum.ExperienceSheet": _for_sheet,
    "forum.LostReader": _for_move,
    "forum.PollVote": _for_poll_vote,
    "forum.PollVoter": _for_poll_voter,
    "forum.Post": _for_post,
    "forum.RoundPosition": _for_position,
    "forum.RoundVoter": _for_voter,
    "forum.SheetAuthor": _for_coauthor,
    "forum.Thread": _for_thread,
    "forum.ThreadMove": _for_move,
    "forum.ThreadLink": _for_link,
}
