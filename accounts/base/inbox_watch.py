"""How a model declares whose notifications change with its rows.

A model sets ``inbox_watches``; ``forum/conversation/inbox/triggers.py`` collects them. What
a source of notifications reads, and nothing tells of, rings on no open page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model, Q


@dataclass(frozen=True)
class InboxWatch:
    """Which changes concern whom.

    ``people``: paths from a row to people, separated by spaces; a path that ends at a thread
    means all who are told of replies in it. Words for more: ``contacts`` (of its
    ``organisation``), ``animators``, ``everybody``. ``select``: a SELECT of ``recipient_id``,
    further people, of the row ``NEW``.

    Rows that come, change or go count; ``on`` says which of these. ``columns``: only these, of
    rows that change. ``when``: a condition in SQL, of ``NEW``; ``changed``: that of rows that
    change, where it is not that ``when`` holds of the new row or of the old one.

    ``of``: the key to a post or a thread. Where its ``inbox_columns`` change, which say who
    reads it, that concerns the people of ``rows``, and so do replies in a thread. With
    ``columns`` it is a path to another model, and only these of its rows count; ``pk`` is one
    to the row itself, for ``rows``.
    """

    people: str = ""
    select: str = ""
    on: str = "INSERT UPDATE DELETE"
    columns: str = ""
    when: str = "TRUE"
    changed: str = ""
    of: str = ""
    rows: Q = field(default_factory=Q)
    #: Whether it brings a followed thread, or something was read: it is nothing to mail.
    is_of_follow: bool = False


def inbox_watches() -> Iterator[tuple[type[Model], InboxWatch]]:
    """All that models declare, each with its model."""
    for model in apps.get_models():
        for watch in getattr(model, "inbox_watches", ()):
            yield model, watch
