"""The fields of threads and posts that pages show: the cache key of their HTML.

They are all columns of the model but those in its ``not_displayed``, and those of related rows
in its ``displayed_relations``. Templates that read another field fail, so that cached HTML
never shows what its key does not cover. Texts and tags are not among them: they change with a
post's ``version`` and a thread's ``seq``.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Protocol

from django.db.models.options import Options

#: What a line about the author of a thread or post shows.
BYLINE_FIELDS = (
    "author__full_name", "author__photo", "seat__organisation__slug",
    "seat__organisation__name", "seat__organisation__department_code",
    "seat__organisation__college__member_label",
    "seat__organisation__college__member_label_en", "seat__organisation__college__colour",
)  # fmt: skip


class _Displayed(Protocol):
    """A model that declares what of it pages show."""

    _meta: ClassVar[Options[Any]]
    not_displayed: frozenset[str]
    displayed_relations: tuple[str, ...]


@cache
def display_fields(model: type[_Displayed]) -> tuple[str, ...]:
    """The names of the fields of ``model``, a thread or post, that pages show."""
    columns = model._meta.concrete_fields
    shown = (field.attname for field in columns if field.name not in model.not_displayed)
    return (*shown, *model.displayed_relations)
