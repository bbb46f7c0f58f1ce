"""The refusal forms of lists: one for each row, and the one that was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Model
from django.forms import BaseForm
from django.urls import reverse

from accounts.base import resume_form
from accounts.organisations.forms import RefusalForm
from accounts.viewers.middleware import ViewerRequest

if TYPE_CHECKING:
    pass


def with_refusal_forms[Row: Model](
    request: ViewerRequest,
    row_type: str,
    rows: Iterable[Row],
    refused: tuple[int | None, BaseForm | None],
) -> list[tuple[Row, BaseForm | None]]:
    """Each of ``rows`` with its refusal form; ``refused`` is (id, form) of the one sent."""
    refused_pk, refused_form = refused
    forms = []
    for row in rows:
        before = resume_form.pop_saved_form(
            request, reverse(f"refuse-{row_type}", args=[row.pk])
        )
        form = RefusalForm(prefix=f"{row_type}-{row.pk}", initial=before)
        forms.append((row, refused_form if row.pk == refused_pk else form))
    return forms


def unmatched_refusal(
    rows: Sequence[tuple[Model, BaseForm | None]], refused: tuple[int | None, BaseForm | None]
) -> BaseForm | None:
    """The form that was sent about a row that is not in ``rows``, or None.

    It was decided meanwhile, for example: the page shows the form's error and text apart.
    """
    refused_pk, form = refused
    return None if refused_pk in [row.pk for row, _form in rows] else form
