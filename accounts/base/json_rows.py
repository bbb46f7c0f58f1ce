"""Rows of a subquery as one column of a query, in JSON: no text in them is taken for more."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONArray


def rows_as_json(rows: QuerySet[Any], group: str, *columns: Any) -> Subquery:
    """The ``columns`` of those ``rows`` that one ``group`` has, by id, for ``json_rows``.

    NULL where there are none.
    """
    row = Cast(JSONArray(*columns), TextField())
    text = StringAgg(row, Value(","), order_by="pk")
    return Subquery(rows.order_by().values(group).annotate(text=text).values("text"))


def json_rows(text: str | None) -> list[list[Any]]:
    """The rows of ``rows_as_json``, each as its columns."""
    rows: list[list[Any]] = json.loads(f"[{text or ''}]")
    return rows
