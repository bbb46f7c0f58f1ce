"""What is held about people: each model says which of its rows and fields that is.

``export_sections``: what a person takes along. ``export_labels``: what these sections and their
fields are called, but for words that several models share. ``not_exported``: the model's other
foreign keys to people, each with the reason why it is not exported. ``privacy_notices``: what
the privacy page says of the rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import ManyToManyField, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

#: Rows that are read at once, and of which titles are asked for at once.
CHUNK_SIZE = 50


class ExportedRow(NamedTuple):
    """A row that is taken along, and which of its columns are words of somebody else."""

    values: dict[str, Any]
    of_others: set[str]


@dataclass(frozen=True)
class ExportSection:
    """The rows of a model whose ``key``, a foreign key, is the person; under ``name``.

    Models declare theirs as a list, ``export_sections``. ``fields`` are names of fields and
    paths, separated by spaces. The first word of a path names its value, unless a name is
    given: ``agent=device__user_agent``. ``annotations`` are further expressions by name, or
    functions that return them, ``condition`` leaves rows out. ``model`` is the label of a
    library's model. Of rows that others write too, ``words`` says who wrote what last: by the
    path to that person, None where it is the one whose row it is, the columns of what they
    wrote.
    """

    name: str
    key: str
    fields: str
    annotations: dict[str, Combinable | Callable[[], Combinable]] = field(default_factory=dict)
    condition: Q = Q()
    order_by: str = "pk"
    model: str = ""
    words: dict[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> dict[str, str]:
        """The paths from the model to the values that are exported, by name, in order."""
        columns = [column.rpartition("=") for column in self.fields.split()]
        return {name or path.partition("__")[0]: path for name, _equals, path in columns}

    def choices_of(self, model: type[Model]) -> dict[str, dict[Any, str | Promise]]:
        """What the values of fields with choices are called, by name and value."""
        fields = {
            name: _field_at(model, path)
            for name, path in self.paths.items()
            if path not in self.annotations
        }
        return {name: dict(it.flatchoices) for name, it in fields.items() if it.choices}

    def all_objects(self, model: type[Model]) -> QuerySet[Any, Any]:
        """The objects of ``model`` about anybody, with the annotations."""
        named = {name: it() if callable(it) else it for name, it in self.annotations.items()}
        rows: QuerySet[Any, Any] = model._default_manager.annotate(**named)
        return rows.filter(self.condition).exclude(**{self.key: None})

    def objects_of(self, model: type[Model], person: Model) -> QuerySet[Any, Any]:
        """The objects of ``model`` about ``person``, with the annotations."""
        return self.all_objects(model).filter(**{self.key: person.pk})

    def rows_of(self, model: type[Model], person: Model) -> Iterator[ExportedRow]:
        """The rows of ``model`` about ``person``, in order, read as they are asked for."""
        names = [*self.paths]
        rows = self.objects_of(model, person).order_by(self.order_by)
        rows = rows.values_list(*self.paths.values(), *self.words)
        for row in rows.iterator(CHUNK_SIZE):
            writers = zip(self.words.values(), row[len(names) :], strict=True)
            of_others = {
                column
                for words, writer in writers
                if writer not in (None, person.pk)
                for column in words.split()
            }
            yield ExportedRow(dict(zip(names, row, strict=False)), of_others)


def _field_at(model: type[Model], path: str) -> Any:
    """The field at the end of ``path``, or the JSON field that it goes into."""
    field: Any = None
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field.related_model is None:
            break
        model = field.related_model
    return field


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
        """The text of the page about until when it is kept."""
        if not self.retention:
            return str(self.until)
        days = self.days_before + settings.FORUM_RETENTION[self.retention]
        return str(self.until) % {"days": days}


def export_sections() -> Iterator[tuple[type[Model], ExportSection]]:
    """All sections that models declare, each with its model."""
    for model in apps.get_models():
        for section in getattr(model, "export_sections", ()):
            yield (apps.get_model(section.model) if section.model else model), section


def export_labels() -> dict[str, str | Promise]:
    """What models call their sections and fields, by name."""
    declared = (getattr(model, "export_labels", {}) for model in apps.get_models())
    return dict(chain.from_iterable(it.items() for it in declared))


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
