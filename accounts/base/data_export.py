"""What is held about people: each model says which of its rows and fields that is.

``export_sections``: what a person takes along. ``not_exported``: the model's other foreign keys
to people, each with the reason why it is not exported. ``privacy_notices``: what the privacy
page says of the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import ManyToManyField, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise, cached_property

from accounts.base.compiled_queries import CompiledQuery

#: The column of who wrote the words of a row last, which is not taken along.
WRITER = "last_writer"


@dataclass(frozen=True)
class ExportSection:
    """The rows of a model whose ``key``, a foreign key, is the person; under ``name``.

    Models declare theirs as a list, ``export_sections``. ``fields`` are names of fields and
    paths, separated by spaces. The first word of a path names its value, unless a name is
    given: ``agent=device__user_agent``. ``annotations`` are further expressions by name,
    ``condition`` leaves rows out. ``model`` is the label of a library's model. Of rows that
    others write too, ``words`` are the columns of what is written, and ``writer`` the path to
    who wrote it last, None where that is the person.
    """

    name: str
    key: str
    fields: str
    annotations: dict[str, Combinable] = field(default_factory=dict)
    condition: Q = Q()
    order_by: str = "pk"
    model: str = ""
    words: str = ""
    writer: str = ""

    def rows_of(self, model: type[Model], person: Model) -> list[dict[str, Any]]:
        """The rows of ``model`` about ``person``, in order, as dictionaries."""
        names = [name or path.partition("__")[0] for name, path in self._columns]
        rows = self._query.rows(model, person_id=person.pk)
        return [dict(zip(names, row, strict=True)) for row in rows]

    @cached_property
    def _columns(self) -> list[tuple[str, str]]:
        """Each column's name, if one is given, and its path."""
        columns = self.fields.split() + ([f"{WRITER}={self.writer}"] if self.writer else [])
        pairs = (column.rpartition("=") for column in columns)
        return [(name, path) for name, _equals, path in pairs]

    @cached_property
    def _query(self) -> CompiledQuery[tuple[Any, ...]]:
        return CompiledQuery(self._queryset, "person_id")

    def _queryset(self, model: type[Model], person_id: int) -> QuerySet[Any, Any]:
        rows = model._default_manager.filter(self.condition, **{self.key: person_id})
        rows = rows.annotate(**self.annotations).order_by(self.order_by)
        columns: QuerySet[Any, Any] = rows.values_list(*(path for _name, path in self._columns))
        return columns


@dataclass(frozen=True)
class PrivacyNotice:
    """A row of the privacy page: ``what`` is held, ``why`` and on what ground, until when.

    The texts are lazy translations. ``retention`` is a name in ``FORUM_RETENTION``: ``until``
    then says ``%(days)d``, that length and ``days_before``, which come before it begins. The
    page shows the rows by ``position``; those that name none come last. One with a ``setting``
    is of a site where that setting is something.
    """

    what: str | Promise
    why: str | Promise
    until: str | Promise
    position: int = 100
    retention: str = ""
    days_before: int = 0
    setting: str = ""

    @property
    def kept_until(self) -> str:
        """Until when, as the page says it."""
        if not self.retention:
            return str(self.until)
        days = self.days_before + settings.FORUM_RETENTION[self.retention]
        return str(self.until) % {"days": days}


def export_sections() -> Iterator[tuple[type[Model], ExportSection]]:
    """All sections that models declare, each with its model."""
    for model in apps.get_models():
        for section in getattr(model, "export_sections", ()):
            yield (apps.get_model(section.model) if section.model else model), section


def unexported_keys() -> dict[tuple[str, str], str]:
    """``{(model, field): reason}`` of the keys to people that models do not export.

    Of a many-to-many field without a model of its own, the key is that of its table.
    """
    keys = {}
    for model in apps.get_models():
        for name, reason in getattr(model, "not_exported", {}).items():
            field = model._meta.get_field(name)
            key = model.__name__, name
            if isinstance(field, ManyToManyField) and field.remote_field.through is not None:
                table = field.remote_field.through
                if table._meta.auto_created:
                    key = table.__name__, field.m2m_field_name()
            keys[key] = reason
    return keys


def privacy_notices() -> list[PrivacyNotice]:
    """All that models declare, in the order of the page."""
    declared = (getattr(model, "privacy_notices", ()) for model in apps.get_models())
    notices = (
        notice
        for notice in chain.from_iterable(declared)
        if not notice.setting or getattr(settings, notice.setting)
    )
    return sorted(notices, key=lambda notice: notice.position)
