"""What the tables hold, said for programs: Table Schemas and a data package (Frictionless)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from forum.base.licences import PUBLIC_LICENCES, licence_address
from forum.library.open_data.tables import TABLES, Column, Table

#: How the French form of a table is written.
_FRENCH = {"delimiter": ";", "header": True}


def schema_of(table: Table, *, is_french: bool = False) -> dict[str, Any]:
    """The Table Schema of ``table``, in either of its two CSV forms."""
    schema: dict[str, Any] = {
        "fields": [_field(column, is_french) for column in table.columns],
        "missingValues": [""],
    }
    if table.name == "fiches":
        schema["primaryKey"] = "id"
    else:
        reference = {"resource": "fiches", "fields": "id"}
        schema["foreignKeys"] = [{"fields": "fiche", "reference": reference}]
    return schema


def data_package(network: str, absolute: Callable[[str], str]) -> dict[str, Any]:
    """What there is, under which licences, and the schema of each file."""
    licences = [
        {"name": licence.value, "title": str(licence.label), "path": licence_address(licence)}
        for licence in PUBLIC_LICENCES
    ]
    return {
        "profile": "tabular-data-package",
        "name": "fiches-publiques",
        "title": f"Fiches publiques\u00a0: {network}",
        "homepage": absolute(reverse("open-data")),
        "licenses": licences,
        "resources": [
            *(_resource(table, absolute) for table in TABLES.values()),
            *(_resource(table, absolute, is_french=True) for table in TABLES.values()),
        ],
    }


def _resource(
    table: Table, absolute: Callable[[str], str], *, is_french: bool = False
) -> dict[str, Any]:
    name = f"{table.name}-tableur" if is_french else table.name
    schema = schema_of(table, is_french=is_french)
    if is_french and "foreignKeys" in schema:
        schema["foreignKeys"][0]["reference"]["resource"] = "fiches-tableur"
    resource: dict[str, Any] = {
        "name": name,
        "title": table.title,
        "path": absolute(reverse("open-data-file", args=[name, "csv"])),
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
    return resource | ({"dialect": _FRENCH} if is_french else {})


def _field(column: Column, is_french: bool) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type, "title": column.title}
    if column.description:
        field["description"] = column.description
    if is_french and column.type == "number":
        field["decimalChar"] = ","
    if is_french and column.type == "date":
        field["format"] = "%d/%m/%Y"
    if column.constraints:
        field["constraints"] = column.constraints
    return field
