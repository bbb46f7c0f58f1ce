"""The content of the demonstration, read from the files in ``data/``.

Rows are the files' own dictionaries, shared by all callers: they must not be changed.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

_DATA = Path(__file__).parent / "data"
#: The kinds of a thread, by their names in the files.
KIND_NAMES = {
    "question": "question",
    "retour-d-experience": "experience",
    "discussion": "discussion",
    "annonce": "announcement",
}


@cache
def _file(name: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_text("utf-8"))
    return values


def _rows(name: str, key: str = "") -> list[dict[str, Any]]:
    """The rows under ``key``, by default the name of the file."""
    rows: list[dict[str, Any]] = _file(name)[key or name]
    return rows


def organisations() -> list[dict[str, Any]]:
    """The invented organisations."""
    return _rows("demo_organisations", "organisations")


def people() -> list[dict[str, Any]]:
    """The invented members, then three people in other situations."""
    return _rows("demo_organisations", "people") + _rows("more", "people")


def group() -> dict[str, Any]:
    """The working group: its name, purpose and people."""
    values: dict[str, Any] = _file("more")["group"]
    return values


def threads() -> list[dict[str, Any]]:
    """All threads, the working group's last."""
    return _rows("threads_fr", "threads") + _rows("more", "threads")


def asked_questions() -> list[dict[str, Any]]:
    """What became of questions that were put to several or settled, by slugs of threads."""
    return _rows("asked_questions", "questions")


def meetings() -> list[dict[str, Any]]:
    """The meetings, each by the slug of its thread."""
    return _rows("meetings")


def polls() -> list[dict[str, Any]]:
    """The polls, each by the slug of its thread."""
    return _rows("polls")


def consent_rounds() -> list[dict[str, Any]]:
    """The consent rounds, each by the slug of its thread."""
    return _rows("consent_rounds")


def tools() -> list[dict[str, Any]]:
    """The tools, each with the thread and the number of the post that has its file."""
    return _rows("tools")


def sheets() -> list[dict[str, Any]]:
    """The experience sheets that every demonstration has."""
    return _rows("sheets")


def more_sheets() -> list[dict[str, Any]]:
    """Those that make lists and comparisons real: two sets, each of eight topics and more."""
    return _rows("more_sheets", "sheets") + _rows("further_sheets", "sheets")


def public_sheets() -> list[dict[str, Any]]:
    """Those that are proposed to the public, with what their authors say."""
    return _rows("public_sheets")


def first_post_text(thread: dict[str, Any]) -> str:
    """The Markdown of a thread's first post; a report on a real place cites its sources."""
    sources = thread.get("sources", ())
    if not sources or thread["type"] != "retour-d-experience":
        return str(thread["body"])
    links = ", ".join(f"[{_host(url)}]({url})" for url in sources)
    return f"{thread['body']}\n\n*Sources\u00a0: {links}.*"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def post_key(slug: str, number: int) -> UUID:
    """The ``idempotency_key`` of post ``number`` of the thread that has this slug."""
    return uuid5(NAMESPACE_URL, f"foirail:{slug}/{number}")
