"""What is personal about posts: models declare which of their rows mark which post for whom.

A post's HTML is the same for all who see it. Its template holds what is shown to some people,
and the page reveals that to its viewer. ``Model.post_mark = PostMark("thanked")`` says that a
row marks its ``post`` for its ``person``. Then, in a post, an element with
``data-if="thanked"`` is shown only where the viewer's page found such a row, and one with
``data-unless="thanked"`` only where it found none. The former needs no class such as
``for-repliers``; the latter may have one.

``Model.author_mark = AuthorMark("muted", author="muted")`` says that a row marks all posts of
one person for another: the page folds them, to what has ``data-if="muted"``, until the post is
the target of a link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import CharField, Exists, Model, OuterRef, Q, StringAgg, Subquery, Value
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


@dataclass(frozen=True)
class PostMark:
    """Its ``name`` in templates, and the names of the model's keys to a post and a person.

    ``condition``: which of the rows are marks.
    """

    name: str
    post: str = "post"
    person: str = "person"
    condition: Q = field(default_factory=Q)


@dataclass(frozen=True)
class AuthorMark:
    """Its ``name`` in templates, and the model's keys to an author and a reader."""

    name: str
    author: str
    person: str = "person"


def author_marks_of(person_id: Any) -> dict[str, Subquery]:
    """The annotations of a thread's query in which ``marked_authors`` finds what it reads."""
    return {
        f"authors_{mark.name}": _author_ids(model, mark, person_id)
        for model, mark in _author_marks()
    }


def marked_authors(thread: Thread) -> list[tuple[str, int, str]]:
    """``(mark, author id, but)`` for the viewer for whom ``thread`` was read for its page.

    ``but``: the selector of a post that is shown all the same: an announcement is for all.
    """
    but = ",#post-1" if thread.kind == "announcement" else ""
    return [
        (mark.name, int(pk), but)
        for _model, mark in _author_marks()
        for pk in (getattr(thread, f"authors_{mark.name}") or "").split()
    ]


def first_unread_mark(thread: Thread, first: int, last: int) -> list[tuple[str, int]]:
    """The mark of the first post that a follower has not read, if they have read one before.

    None but on the page that has it, ``first`` to ``last``. ``thread`` was read for its page,
    before that page counts as read.
    """
    number = thread.first_unread_number or 0
    return [("first-unread", number)] if first <= number <= last else []


def post_marks_of(person_id: Any) -> dict[str, Exists]:
    """The annotations of a query of posts that say whether each is marked for a person."""
    return {
        f"marked_{mark.name}": Exists(
            model._default_manager.filter(
                mark.condition, **{mark.person: person_id, mark.post: OuterRef("pk")}
            )
        )
        for model, mark in marking_models()
    }


@cache
def marking_models() -> tuple[tuple[type[Model], PostMark], ...]:
    """The models that declare a mark, each with it."""
    marks = ((model, getattr(model, "post_mark", None)) for model in apps.get_models())
    return tuple((model, mark) for model, mark in marks if isinstance(mark, PostMark))


@cache
def _author_marks() -> list[tuple[type[Model], AuthorMark]]:
    marks = [(model, getattr(model, "author_mark", None)) for model in apps.get_models()]
    return [(model, mark) for model, mark in marks if isinstance(mark, AuthorMark)]


def _author_ids(model: type[Model], mark: AuthorMark, person_id: Any) -> Subquery:
    rows = model._default_manager.filter(**{mark.person: person_id}).order_by()
    ids = StringAgg(Cast(mark.author, CharField()), Value(" "))
    return Subquery(rows.values(mark.person).annotate(ids=ids).values("ids"))
