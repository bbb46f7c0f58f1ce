"""What a person takes along: each model says which of its rows and fields that is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class ExportSection:
    """The rows of a model whose ``key``, a foreign key, is the person; under ``name``.

    Models declare theirs as a list, ``export_sections``. ``fields`` are names of fields and
    paths, separated by spaces. The first word of a path names its value, unless a name is
    given: ``agent=device__user_agent``. ``annotations`` are further expressions by name,
    ``condition`` leaves rows out. ``model`` is the label of a library's model.
    """

    name: str
    key: str
    fields: str
    annotations: dict[str, Combinable] = field(default_factory=dict)
    condition: Q = Q()
    order_by: str = "pk"
    model: str = ""

    def rows_of(self, model: type[Model], person: Model) -> list[dict[str, Any]]:
        """The rows of ``model`` about ``person``, in order, as dictionaries."""
        pairs = [column.rpartition("=") for column in self.fields.split()]
        names = [name or path.partition("__")[0] for name, _equals, path in pairs]
        rows = model._default_manager.filter(self.condition, **{self.key: person})
        rows = rows.annotate(**self.annotations).order_by(self.order_by)
        values = rows.values_list(*(path for _name, _equals, path in pairs))
        return [dict(zip(names, row, strict=True)) for row in values]


def export_sections() -> Iterator[tuple[type[Model], ExportSection]]:
    """All sections that models declare, each with its model."""
    for model in apps.get_models():
        for section in getattr(model, "export_sections", ()):
            yield (apps.get_model(section.model) if section.model else model), section
