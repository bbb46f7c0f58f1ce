"""The content of the demonstration, read from the files in ``data/``.

Rows are the files' own dictionaries, shared by all callers: they must not be changed.
"""

import json
from functools import cache
from pathlib import Path
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
def _file(name):
    return json.loads((_DATA / f"{name}.json").read_text("utf-8"))


def organisations():
    """The invented organisations."""
    return _file("demo_organisations")["organisations"]


def people():
    """The invented members, then three people in other situations."""
    return _file("demo_organisations")["people"] + _file("more")["people"]


def group():
    """The working group: its name, purpose and people."""
    return _file("more")["group"]


def threads():
    """All threads, the working group's last."""
    return _file("threads_fr")["threads"] + _file("more")["threads"]


def asked_questions():
    """What became of questions that were put to several or settled, by slugs of threads."""
    return _file("asked_questions")["questions"]


def polls():
    """The polls, each by the slug of its thread."""
    return _file("polls")["polls"]


def tools():
    """The tools, each with the thread and the number of the post that has its file."""
    return _file("tools")["tools"]


def sheets():
    """The experience sheets that every demonstration has."""
    return _file("sheets")["sheets"]


def more_sheets():
    """Those that make lists and comparisons real: two sets, each of eight topics and more."""
    return _file("more_sheets")["sheets"] + _file("further_sheets")["sheets"]


def public_sheets():
    """Those that are proposed to the public, with what their authors say."""
    return _file("public_sheets")["public_sheets"]


def first_post_text(thread):
    """The Markdown of a thread's first post; a report on a real place cites its sources."""
    sources = thread.get("sources", ())
    if not sources or thread["type"] != "retour-d-experience":
        return thread["body"]
    links = ", ".join(f"[{_host(url)}]({url})" for url in sources)
    return f"{thread['body']}\n\n*Sources\u00a0: {links}.*"


def _host(url):
    return urlsplit(url).hostname.removeprefix("www.")


def post_key(slug: str, number: int) -> UUID:
    """The ``idempotency_key`` of post ``number`` of the thread that has this slug."""
    return uuid5(NAMESPACE_URL, f"foirail:{slug}/{number}")
