"""Who may read the threads of open pages: the line that the pages show, and when it changes."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.utils.translation import override

from accounts.viewers.rights_clock import current_number
from forum.base.readership import readership_of
from forum.conversation.threads.rendering import render_readers
from forum.models import Space
from realtime.connections import Frame


def summaries(spaces_by_thread: Mapping[int, Space]) -> dict[int, str]:
    """``{thread id: summary of who reads it}`` of ``{thread id: space}``.

    One small query where nobody's rights have changed since the last time.
    """
    if not spaces_by_thread:
        return {}
    number = current_number()
    spaces = set(spaces_by_thread.values())
    by_space = {space: readership_of(space, number).summary for space in spaces}
    return {thread: by_space[space] for thread, space in spaces_by_thread.items()}


class ReadersFrames(NamedTuple):
    """The summary of who reads a thread, and the frame that says so, by language."""

    summary: str
    frames: dict[str, Frame]


def frames(space: Space, languages: Collection[str]) -> ReadersFrames:
    """The frames that say in ``languages`` who reads ``space``."""
    readership = readership_of(space)
    by_language = {}
    for language in languages:
        with override(language):
            by_language[language] = Frame({"readers": render_readers(space, readership)})
    return ReadersFrames(readership.summary, by_language)
