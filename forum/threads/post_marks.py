"""What is personal about posts: models declare which of their rows mark which post for whom.

A post's HTML is the same for all who see it. Its template holds what is shown to some people,
and the page reveals that to its viewer. ``Model.post_mark = PostMark("thanked")`` says that a
row marks its ``post`` for its ``person``. Then, in a post, an element with
``data-if="thanked"`` is shown only where the viewer's page found such a row, and one with
``data-unless="thanked"`` only where it found none. The former needs no class such as
``for-repliers``; the latter may have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Model

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.threads.models import Thread


@dataclass(frozen=True)
class PostMark:
    """Its ``name`` in templates, and the names of the model's keys to a post and a person."""

    name: str
    post: str = "post"
    person: str = "person"


def post_marks(viewer: Viewer, thread: Thread, first: int, last: int) -> list[tuple[str, int]]:
    """``(mark, post number)`` of all marks for ``viewer`` on posts ``first`` to ``last``.

    One query for each model that declares a mark, none for guests.
    """
    if viewer.person_id is None:
        return []
    return [
        (model.post_mark.name, number)
        for model in marking_models()
        for number in _marked_numbers(model, viewer, thread, first, last)
    ]


@cache
def marking_models() -> list[type[Model]]:
    """The models that declare a mark."""
    models = apps.get_models()
    return [one for one in models if isinstance(getattr(one, "post_mark", None), PostMark)]


def _marked_numbers(model, viewer, thread, first, last):
    mark = model.post_mark
    rows = model._default_manager.filter(
        **{
            mark.person: viewer.person_id,
            f"{mark.post}__thread": thread.pk,
            f"{mark.post}__number__range": (first, last),
        }
    )
    return rows.values_list(f"{mark.post}__number", flat=True)
