"""What becomes of the rows about a person whose account is closed: each key's ``on_delete``.

The person's own row stays, without a name, as what they wrote stays. Other rows go the way
they would if it were deleted: ``CASCADE`` deletes them, ``SET_NULL`` makes them forget the
person, and ``PROTECT`` keeps them. A model that keeps more says which keys, and why:
``kept_when_closed = {"person": "posts tell of which organisation their author was"}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import batched
from re import Pattern
from typing import Any, NamedTuple

from django.apps import apps
from django.db import transaction
from django.db.models import (
    CASCADE,
    SET_NULL,
    CharField,
    EmailField,
    Field,
    FileField,
    ForeignKey,
    Model,
    QuerySet,
    TextField,
)

from accounts.base.compiled_queries import CompiledQuery

#: What stands for a name or an address in what people wrote.
REPLACEMENT = "[ancien membre]"
#: Rows that one transaction changes.
_BATCH = 200
#: Characters of a field in which people write sentences.
_LONG_TEXT = 200


class PersonKey(NamedTuple):
    """The foreign key ``field`` of ``model`` to a person."""

    model: type[Model]
    field: ForeignKey[Model, Model]

    @property
    def is_kept(self) -> bool:
        """Whether its rows stay as they are."""
        reasons: dict[str, str] = getattr(self.model, "kept_when_closed", {})
        return self.field.name in reasons or self.on_delete not in (CASCADE, SET_NULL)

    @property
    def on_delete(self) -> object:
        """What its rows do when what it names is deleted."""
        return self.field.remote_field.on_delete


def person_keys(person_model: type[Model]) -> Iterator[PersonKey]:
    """All keys to ``person_model``, of all models."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is person_model:
                yield PersonKey(model, field)


def erase_rows_about(person: Model) -> None:
    """Delete the rows about ``person``, or have them forget who it is, as each key says.

    In small transactions. The files that deleted rows name go with them.
    """
    for key in person_keys(type(person)):
        if key.is_kept:
            continue
        pks = _PKS_ABOUT.rows(key.model, key.field.attname, person=person.pk)
        for batch in batched(pks, _BATCH, strict=False):
            if key.on_delete is SET_NULL:
                key.model._base_manager.filter(pk__in=batch).update(**{key.field.attname: None})
            else:
                delete_with_files(key.model, batch)


def _pks_about(model: type[Model], attname: str, person: int) -> QuerySet[Model, Any]:
    rows = model._base_manager.filter(**{attname: person})
    return rows.order_by("pk").values_list("pk", flat=True)


_PKS_ABOUT = CompiledQuery(_pks_about, "person")


def delete_with_files(model: type[Model], pks: tuple[object, ...]) -> None:
    """Delete these rows of ``model`` in one transaction, then the files that they named."""
    fields = [it for it in model._meta.concrete_fields if isinstance(it, FileField)]
    with transaction.atomic():
        rows = list(model._base_manager.filter(pk__in=pks)) if fields else []
        files = [(it.storage, getattr(row, it.attname).name) for row in rows for it in fields]
        model._base_manager.filter(pk__in=pks).delete()
    for storage, name in files:
        if name:
            storage.delete(name)


def whole_words(phrases: Iterable[str]) -> Pattern[str]:
    """What finds ``phrases`` as whole words, whatever their case and the spaces in them."""
    patterns = (r"\s+".join(map(re.escape, it.split())) for it in phrases if it.strip())
    return apart(rf"(?i:{it})" for it in patterns)


def apart(expressions: Iterable[str]) -> Pattern[str]:
    """What finds ``expressions`` where they are no part of a longer word or address."""
    words = "|".join(expressions) or r"(?!)"  # Nothing is found where there is none.
    return re.compile(rf"(?<![\w.@-])(?:{words})(?![\w@-])")


def free_texts() -> Iterator[tuple[type[Model], Field[Any, Any], str]]:
    """Each ``(model, field, why)`` of ours, fields in which people write at some length.

    ``why``: why no name is looked for there, where the model says it of all its texts
    (``texts_kept_when_closed = "attested"``), or of some, in a dictionary.
    """
    for model in _own_models():
        reasons: str | dict[str, str] = getattr(model, "texts_kept_when_closed", {})
        for field in model._meta.concrete_fields:
            if type(field) not in (CharField, TextField):  # An address is a CharField too.
                continue
            if (field.max_length or _LONG_TEXT) >= _LONG_TEXT:
                why = reasons if isinstance(reasons, str) else reasons.get(field.name, "")
                yield model, field, why


def erase_address(address: str, name: str, but: type[Model]) -> None:
    """Take ``address`` from all rows that have it, of other models than ``but``.

    And ``name`` from the short fields beside it, which say whose it is. Rows that cannot be
    without an address are deleted.
    """
    words = whole_words([name])
    for model in _own_models():
        fields = [it for it in model._meta.concrete_fields if isinstance(it, EmailField)]
        for field in fields if model is not but else ():
            rows = model._base_manager.filter(**{f"{field.name}__iexact": address})
            if not field.blank:
                delete_with_files(model, tuple(rows.values_list("pk", flat=True)))
                continue
            for row in rows:
                values = {
                    beside.name: _without(words, getattr(row, beside.name), beside)
                    for beside in model._meta.concrete_fields
                    if type(beside) is CharField and not beside.choices
                }
                rows.filter(pk=row.pk).update(**values | {field.name: ""})


def _without(words: Pattern[str], text: str, field: Field[Any, Any]) -> str:
    return words.sub(REPLACEMENT, text)[: field.max_length]


def _own_models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model.__module__.startswith(("accounts.", "forum.")):
            yield model
