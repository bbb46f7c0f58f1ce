"""How a model declares that rights depend on its rows.

A model sets ``rights_watch`` where a change of its rows may change somebody's rights, and
``rights_moments`` where rights also change at the times that its fields hold.
``accounts/viewers/triggers.py`` and ``accounts/viewers/rights_clock.py`` collect both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True)
class RightsWatch:
    """Which changes of a model's rows are numbered.

    ``fields``: those whose change counts. ``person``: the field that holds the person
    whose rights change, None where everybody's may. ``on_insert``: whether a new row counts.
    ``expires_at``: the field that holds the moment from which a row gives no right, where there
    is one: its deletion counts no more then.
    """

    fields: tuple[str, ...]
    person: str | None = "person"
    on_insert: bool = True
    expires_at: str | None = None


def watched_models() -> Iterator[tuple[type[Model], RightsWatch]]:
    """The models that declare ``rights_watch``, with it."""
    for model in apps.get_models():
        watch = getattr(model, "rights_watch", None)
        if isinstance(watch, RightsWatch):
            yield model, watch


def scheduled_fields() -> Iterator[tuple[type[Model], str]]:
    """The (model, name of a date field) pairs that models declare in ``rights_moments``."""
    for model in apps.get_models():
        for name in getattr(model, "rights_moments", ()):
            yield model, name
