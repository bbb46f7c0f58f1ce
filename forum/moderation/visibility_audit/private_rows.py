"""A row of each kind that hangs on a thread or a person, made from what its table asks for.

A new model has its canary without being named here. One declares ``private_rows`` where its
rows are not seen as the thread is that they are about: ``True`` where they are one person's
own, or the animators', also of a public thread; ``False`` where all may read them, or triggers
keep them, or where they are of the audit. It declares a ``private_column`` where all may read
them but that one, a text; or none of them, once that one has a moment, such as its removal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Field, Model
from django.utils import timezone

from accounts.models import User
from forum.models import Post

#: Whoever decides an appeal reads the post that it is about, wherever that is.
_LEFT_OUT = {"forum.Measure.thread", "forum.Measure.post"}
#: What a row has as well where it is of a thread: a sheet is then published, and who registers
#: has a place, which no registration of others gives them.
_OF_A_THREAD = {"forum.ExperienceSheet": "published_at", "forum.Registration": "placed_at"}
#: What agrees with other rows: a text that was replaced has a number before that of today.
_AGREED = {"forum.RoundVersion.number": 0}
#: Texts in columns whose type does not say what they hold.
_IN_JSON: dict[str, Callable[[str], Any]] = {
    "forum.Meeting.questions": lambda word: [[word, False]],
    "forum.Registration.answers": lambda word: [[word, False, word]],
}


def fill_rows(pk: int, word: str, owner: User, post: Post, *, of_all: bool) -> set[str]:
    """Write rows of ``owner`` about ``post``, numbered ``pk``, saying ``word``.

    Of all kinds that are private where the thread is; without ``of_all``, of those that are so
    where all read it. Return the labels of the models of which there is one.
    """
    thread = post.thread
    seat = owner.seats.select_related("organisation__college").first()
    assert seat is not None  # Who owns rows is a member.
    rows: dict[type[models.Model], models.Model] = {
        type(it): it
        for it in (owner, seat, seat.organisation, seat.organisation.college, thread, post,
                   thread.space, thread.topic, thread.space.group)
        if it is not None
    }  # fmt: skip
    filler = _Filler(pk, word, rows, of_all=of_all)
    remaining = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("accounts", "forum")
        and (getattr(model, "private_rows", of_all) or filler.column_of(model))
    ]
    filler.left_out |= _LEFT_OUT if of_all else _LEFT_OUT | {"forum.ExperienceSheet.thread"}
    while written := [model for model in remaining if filler.make(model)]:
        remaining = [model for model in remaining if model not in written]
    return {model._meta.label for model in filler.rows}


class _Filler:
    """Makes rows, each with the keys of those made before."""

    def __init__(
        self, pk: int, word: str, rows: dict[type[Model], Model], *, of_all: bool
    ) -> None:
        self.pk, self.word, self.rows, self.of_all = pk, word, rows, of_all
        self.left_out: set[str] = set()

    def column_of(self, model: type[Model]) -> str:
        """The private column of ``model`` where all read the thread; "" if there is none."""
        return "" if self.of_all else getattr(model, "private_column", "")

    def make(self, model: type[Model]) -> bool:
        """Whether a row of ``model`` was written: with all keys there are, or the fewest."""
        keys = [it for it in model._meta.local_fields if it.is_relation]
        if not any(it.related_model in self.rows for it in keys):
            return False
        if (row := model._base_manager.filter(pk=self._number(model)).first()) is not None:
            self.rows[model] = row
            return True
        required = [it for it in keys if not it.null]
        choices = (keys, *([*required, it] for it in keys if it.null), required)
        for of_keys in choices:  # All there are, one that may be missing, or none of those.
            values = self._values(model, of_keys)
            if values is None:
                continue
            try:
                with transaction.atomic():
                    (self.rows[model],) = model._base_manager.bulk_create([model(**values)])
                return True
            except IntegrityError:
                continue
        return False

    def _number(self, model: type[Model]) -> Any:
        key: Any = model._meta.pk
        if key.is_relation:
            row = self.rows.get(key.related_model)
            return row.pk if row else None
        if isinstance(key, models.UUIDField):
            return UUID(int=self.pk)
        return self.pk if isinstance(key, models.IntegerField) else self.word

    def _values(
        self, model: type[Model], keys: Sequence[Field[Any, Any]]
    ) -> dict[str, Any] | None:
        """What its columns hold; None where a row that it refers to is missing."""
        values: dict[str, Any] = {model._meta.pk.attname: self._number(model)}
        exported = {it.key for it in getattr(model, "export_sections", ())}
        fields: list[Any] = model._meta.local_fields
        for field in fields:
            if field.primary_key or f"{model._meta.label}.{field.name}" in self.left_out:
                continue
            if field.is_relation:
                if field not in keys or field.related_model is model:
                    continue
                if field.null and field.related_model is User and field.name not in exported:
                    continue
                row = self._row(field.related_model)
                if row is None and not field.null:
                    return None
                values[field.attname] = row and row.pk
            elif not field.null or field.name in self._filled(model):
                values[field.attname] = self._value(field)
        return values

    def _filled(self, model: type[Model]) -> tuple[str, ...]:
        """The columns that may be empty, and are not."""
        return _OF_A_THREAD.get(model._meta.label, ""), self.column_of(model)

    def _row(self, model: type[Model]) -> Model | None:
        """The row of ``model`` to refer to: the canary's, or of what a site begins with any."""
        if model in self.rows:
            return self.rows[model]
        if any(it.is_relation for it in model._meta.local_fields):
            return None
        return model._base_manager.order_by("pk").first()

    def _value(self, field: Field[Any, Any]) -> Any:
        name = f"{field.model._meta.label}.{field.name}"
        if (agreed := _AGREED.get(name)) is not None:
            return agreed
        if self._is_seen(field):
            return field.get_default()
        if name in _IN_JSON:
            return _IN_JSON[name](self.word)
        if field.has_default() and not isinstance(field, models.TextField | models.CharField):
            return field.get_default()
        if field.choices:
            return "" if field.blank else field.choices[0][0]
        for kinds, value in self._by_kind.items():
            if isinstance(field, kinds):
                return value[: field.max_length] if isinstance(value, str) else value
        return field.get_default() or 1

    def _is_seen(self, field: Field[Any, Any]) -> bool:
        """Whether it has words that all see, beside a private text."""
        column = self.column_of(field.model)
        if not column or column == field.name or field.choices:
            return False
        is_text = isinstance(field.model._meta.get_field(column), models.CharField)
        return is_text and isinstance(field, models.CharField | models.JSONField)

    @property
    def _by_kind(self) -> dict[Any, Any]:
        tomorrow = timezone.now() + timedelta(days=1)
        return {
            models.DateTimeField: tomorrow, models.DateField: tomorrow.date(),
            models.UUIDField: uuid4(), models.EmailField: f"{self.word}@audit.invalid",
            models.FileField: "", (models.CharField, models.TextField): self.word,
            models.BinaryField: self.word.encode(),
        }  # fmt: skip
