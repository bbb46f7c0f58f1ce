"""The reference data of a network, read from the files in ``data/``."""

import csv
import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from forum.conversation.tags.models import tag_slug

_DATA = Path(__file__).parent / "data"


@cache
def json_rows(name: str) -> list[dict[str, Any]]:
    """The rows of ``data/<name>.json``, in the file's order. They must not be changed."""
    value: list[dict[str, Any]] = json.loads((_DATA / f"{name}.json").read_text("utf-8"))[name]
    return value


@cache
def csv_rows(name: str) -> list[dict[str, str]]:
    """The rows of ``data/<name>.csv`` by column, in order. They must not be changed."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def communes() -> list[dict[str, str]]:
    """The communes of France, in the order of their INSEE codes; read anew each time."""
    with lzma.open(_DATA / "communes.csv.xz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def charter_text(language: str = "fr") -> str:
    """The text of the charter's version 1.0, byte for byte as in its file."""
    return (_DATA / f"charter_{language}.md").read_bytes().decode()


def tag_slugs() -> dict[str, str]:
    """``{slug in tags.json: slug of the Tag}``."""
    return {tag["slug"]: tag_slug(tag["label_fr"]) for tag in json_rows("tags")}
