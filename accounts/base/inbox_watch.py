"""How a model declares whose notifications change with its rows.

A model sets ``inbox_watches``, a list. ``forum/conversation/inbox/triggers.py`` collects them:
what a source of notifications reads, and nothing tells of, rings on no open page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model, Q


@dataclass(frozen=True)
class InboxWatch:
    """Which changes concern whom: of a row itself, or ``of`` what it names.

    ``people``: paths from the row to people, separated by spaces; a path that ends at a thread
    means all who are told of replies in it. Words for more: ``contacts`` (of its
    ``organisation``), ``animators``, ``everybody``. ``select``: a SELECT of ``recipient_id``,
    further people, of the row ``NEW``.

    Without more, rows that come, change or go count; ``on`` says which of these. ``columns``:
    only these, of rows that change. ``when``: a condition in SQL, of ``NEW``; ``changed``: that
    of rows that change, where it is not that ``when`` holds of the new row or of the old one.

    ``of``: a path to another model, whose rows count instead. Of a post or a thread without
    ``columns`` these are their ``inbox_columns`` (who reads a post, of its thread too) and, of
    a thread, replies as well. ``rows``: which rows of the model are concerned then.
    """

    people: str = ""
    select: str = ""
    on: str = "INSERT UPDATE DELETE"
    columns: str = ""
    when: str = "TRUE"
    changed: str = ""
    of: str = ""
    rows: Q = field(default_factory=Q)
    #: Whether it brings a followed thread, which rings and is no notification to mail.
    is_of_follow: bool = False


def inbox_watches() -> Iterator[tuple[type[Model], InboxWatch]]:
    """All that models declare, each with its model."""
    for model in apps.get_models():
        for watch in getattr(model, "inbox_watches", ()):
            yield model, watch
