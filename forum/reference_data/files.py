"""The reference data of a network, read from the files in ``data/``."""

import csv
import json
from functools import cache
from pathlib import Path

from forum.tags.models import tag_slug

_DATA = Path(__file__).parent / "data"


@cache
def json_rows(name):
    """The rows of ``data/<name>.json``, in the file's order. Not to be changed."""
    return json.loads((_DATA / f"{name}.json").read_text("utf-8"))[name]


@cache
def csv_rows(name):
    """The rows of ``data/<name>.csv`` by column, in the file's order. Not to be changed."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def charter_text(language="fr"):
    """The text of the charter's version 1.0, exactly as it stands in its file."""
    return (_DATA / f"charter_{language}.md").read_bytes().decode()


def tag_slugs():
    """``{slug in tags.json: slug of the Tag}``: a tag's identity is its folded name."""
    return {tag["slug"]: tag_slug(tag["label_fr"]) for tag in json_rows("tags")}
