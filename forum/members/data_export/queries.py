"""All that the database holds about a person.

Each model declares what is taken along of it (``accounts/base/data_export.py``); a test finds
the foreign keys to a person of which nothing is. Secrets are left out.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import batched
from typing import Any

from accounts.base.data_export import CHUNK_SIZE, ExportedRow, export_sections
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.own_posts import visible_titles
from forum.library.sheets.queries import visible_draft_titles

_USER_FIELDS = (
    "email", "joined_at", "last_login", "is_animator", "is_staff", "suspended_at",
    "inbox_read_at", "newsletter_read_week",
)  # fmt: skip
#: The columns that are given by their titles, which somebody may not be told today.
_TITLES: dict[str, Callable[[Viewer, Collection[int]], dict[int, str]]] = {
    "thread": visible_titles,
    "linked": visible_titles,
    "draft": visible_draft_titles,
}


def account_data(person: User) -> dict[str, Any]:
    """What the account itself says."""
    return {"name": person.full_name} | {name: getattr(person, name) for name in _USER_FIELDS}


def exported_sections(
    person: User, viewer: Viewer
) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """``(name, rows)`` of each section, for JSON; ``viewer`` is the person.

    Rows are read as they are asked for, so that the memory which they take has a bound. Threads
    and drafts are given by their titles, None where the person may not read them today. Nor are
    words then that somebody else wrote since: what the person wrote themselves is among former
    versions.
    """
    for model, section in export_sections():
        yield section.name, _visible_rows(section.rows_of(model, person), viewer)


def _visible_rows(rows: Iterable[ExportedRow], viewer: Viewer) -> Iterator[dict[str, Any]]:
    for chunk in batched(rows, CHUNK_SIZE, strict=False):
        names = [name for name in _TITLES if name in chunk[0].values]
        titles = {}
        for name in names:
            pks = {values[name] for values, _words in chunk} - {None}
            titles[name] = _TITLES[name](viewer, pks) if pks else {}
        for values, of_others in chunk:
            thread = values.get("thread")
            is_shut = thread is not None and thread not in titles["thread"]
            hidden = dict.fromkeys(of_others) if is_shut else {}
            shown_titles = {name: titles[name].get(values[name]) for name in names}
            yield values | hidden | shown_titles
