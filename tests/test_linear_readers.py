"""Whatever strangers send is read in a time that grows as its length does, and no faster."""

import gc
import importlib
import logging
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from inspect import CO_OPTIMIZED
from itertools import islice
from pathlib import Path
from time import process_time
from types import CodeType, ModuleType

import pytest
from django.db import connection
from hypothesis import settings

from accounts.glossary import terms
from tests.hostile_texts import hostile_texts
from tests.text_readers import LONGEST, READERS, Reader

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.no_cover,  # What notes lines would be timed, too.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="no database reads texts"),
]

#: Seconds beyond which it takes too long, however long it is.
_CEILING = 6.0
#: Of how many kinds of the longest texts a reader reads one; the profile `long` reads all.
_PART = 1 if settings.get_current_profile_name() == "long" else 6
#: Readers that start a process for each text.
_PROCESSES = ["HTML of a mail"]
#: The number by which the interpreter knows what notes calls: none of those that are reserved.
_TOOL = 4
#: Where something has a bound of its own that is no line: why the ceiling is enough.
_BOUNDED = {
    "versions": "words are aligned by their longest common subsequence, within 400 million "
    "cells, and paragraphs compared in pairs, 10,000 at most",
}

#: Functions that ask regular expressions and are not in the table, by why not.
_NOT_OF_STRANGERS = {
    "what it is asked of is ours": {
        "accounts.base.compiled_unions._require_no_fixed_id", "accounts.base.dates.date_format",
        "accounts.base.erasure.whole_words", "accounts.base.sql_parameters",
        "accounts.base.template_loader._Markup", "accounts.territories.countries._names",
        "forum.base.search_index.analysis.words_with", "forum.site.demo.growth.mailing_list",
        "forum.site.demo.growth.prose",
        "forum.conversation.files.sweeping.actions._delete_lost_objects",
        "forum.site.reference_data.territories._typeset", "forum.site.static_bundles",
        "forum.moderation.visibility_audit", "forum.site.operations.postgresql_dumps",
        "forum.site.operations.archives.is_part_name",
    },
    "a field, a cookie or a header of some hundred characters": {
        "accounts.territories.search_keys.names_commune", "forum.finding.search.places._named",
        "accounts.base.mail.send", "accounts.charter.drafts.forms.CharterDraftForm",
        "forum.members.closing.names.patterns._has",
        "forum.members.closing.names.queries._is_common",
        "accounts.users.sessions.is_session_key",
        "forum.members.directory.forms.DirectoryProfileForm",
        "forum.base.spaces.new_thread_addresses.parse_new_thread_address",
        "forum.moderation.reports.subjects._thread",
        "forum.moderation.reports.subjects.is_address_of",
        "forum.library.sheets.filters.SheetSelection.from_query",
        "forum.mail.thread_mail.replies.queries.own_post_id",
        "forum.conversation.threads.shown_readers.require_shown_readers",
        "forum.conversation.threads.thread_field.ThreadField",
    },
    "what a program of ours has laid out within bounds": {
        "forum.mail.incoming_mail.html_pictures.pictures_of_html",
    },
    "it asks what readers of the table ask": {
        "forum.members.closing.removals.actions._replace_mentions",
    },
    "what a mailbox answers": {"forum.mail.thread_mail.mailbox.actions._answer"},
    "what it finds is of 240 characters at most": {
        "forum.library.sheets.public_versions.queries.quoted_posts",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def quiet():
    """Without collections of garbage, whose time is not the reader's, and without the log."""
    logging.disable()
    gc.disable()
    yield
    gc.enable()
    logging.disable(logging.NOTSET)


def seconds_of(reader: Reader, text: str) -> float:
    """The processor's seconds that it takes."""
    gc.collect(0)
    begun = process_time()
    reader.read(text)
    return process_time() - begun


def best_seconds(reader: Reader, *texts: str, rounds: int = 4) -> list[float]:
    """The least that each takes, measured in turns: what slows the core slows all of them."""
    taken = [[seconds_of(reader, text) for text in texts] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


def faults_of(
    name: str, length: int, ratio: float = 3.2, noise: float = 0.005, part: int = 1
) -> list[str]:
    """The kinds of text of which it takes too long: more than ``ratio`` times half of it.

    Squares take four times as long. What takes less than ``noise``, in seconds, says nothing.
    Of each ``part`` kinds one is read: another one by each reader.
    """
    reader, faults = READERS[name], []
    length = min(length, reader.longest)
    halves = dict(hostile_texts(length // 2))
    first = list(READERS).index(name) % part
    for kind, text in islice(hostile_texts(length), first, None, part):
        whole = seconds_of(reader, text)
        if whole > _CEILING:  # Another process may share the core.
            (whole,) = best_seconds(reader, text, rounds=2)
        if whole > _CEILING:
            faults.append(f"{kind}: {whole:.1f} s")
        elif whole > noise and name not in _BOUNDED:
            half = seconds_of(reader, halves[kind])
            if whole > ratio * half and (fault := growth_of(reader, kind, length, ratio)):
                faults.append(f"{kind}: {fault}")
    return faults


def growth_of(reader: Reader, kind: str, length: int, ratio: float) -> str:
    """How it grows by more than ``ratio``, at this length and at each that is longer; or "".

    Once may be by chance, and is not at three lengths: chance weighs less on what takes longer.
    """
    growths = []
    for whole in sorted({min(length * times, reader.longest) for times in (1, 2, 4)}):
        texts = [dict(hostile_texts(part))[kind] for part in (whole // 2, whole)]
        seconds = best_seconds(reader, *texts)
        if seconds[1] <= ratio * seconds[0]:
            return ""
        growths.append(f"{seconds[0] * 1000:.1f} ms, then {seconds[1] * 1000:.1f}")
        if seconds[1] > _CEILING:
            break
    return "; ".join(growths)


@pytest.mark.deep
@pytest.mark.parametrize("name", READERS)
def test_a_text_that_is_twice_as_long_takes_twice_as_long(name):
    assert faults_of(name, 3_000) == []


@pytest.mark.deep
@pytest.mark.parametrize("name", READERS)
def test_the_longest_text_that_may_come_takes_no_more_than_its_length(name):
    assert faults_of(name, LONGEST, noise=0.02, part=_PART) == []


@pytest.mark.deep
def test_a_reader_that_takes_too_long_is_found(monkeypatch):
    def quadratic(text: str) -> object:
        return re.findall(r"\s+;", text)

    monkeypatch.setitem(READERS, "quadratic", Reader(quadratic, 2_000))

    faults = faults_of("quadratic", 2_000, noise=0.001)
    assert "spaces" in [fault.partition(":")[0] for fault in faults]


def test_every_function_that_asks_an_expression_is_called_by_a_reader_or_told_why_not():
    terms._pattern.cache_clear()  # Read once in a process, whichever test comes first.
    called = called_by(read_something_of_each)
    forgotten = {name for name, code in functions_with_expressions() if code not in called}
    told = tuple(name for names in _NOT_OF_STRANGERS.values() for name in names)

    assert sorted(name for name in forgotten if not name.startswith(told)) == []
    assert [it for it in told if not any(name.startswith(it) for name in forgotten)] == []


def read_something_of_each() -> None:
    texts = [text for _kind, text in hostile_texts(60)]
    for name, reader in READERS.items():
        some = [] if name in _PROCESSES else texts
        for text in (*some, "".join(texts)[: reader.longest]):
            reader.read(text)


def place_of(code: CodeType) -> tuple[str, str]:
    return code.co_filename, code.co_qualname


def called_by(function: Callable[[], None]) -> set[tuple[str, str]]:
    """Where the functions are that ``function`` calls, however far away."""
    called: set[tuple[str, str]] = set()
    watched = sys.monitoring

    def note(code: CodeType, _at: int) -> object:
        called.add(place_of(code))
        return watched.DISABLE  # Once is enough.

    watched.use_tool_id(_TOOL, "readers")
    try:
        watched.register_callback(_TOOL, watched.events.PY_START, note)
        watched.set_events(_TOOL, watched.events.PY_START)
        function()
    finally:
        watched.set_events(_TOOL, 0)
        watched.free_tool_id(_TOOL)
    return called


def functions_with_expressions() -> Iterator[tuple[str, tuple[str, str]]]:
    """The name and the place of each function that asks a regular expression of its module."""
    for module in modules():
        held = {name for name, it in vars(module).items() if it is re or type(it) is re.Pattern}
        source = Path(module.__file__)
        for code in codes_in(compile(source.read_text(), source, "exec")):
            used = {name for inner in codes_in(code) for name in inner.co_names}
            if used & held and code.co_flags & CO_OPTIMIZED and code.co_name.isidentifier():
                yield f"{module.__name__}.{code.co_qualname}", (str(source), code.co_qualname)


def modules() -> Iterator[ModuleType]:
    for floor in ("accounts", "forum", "realtime"):
        folder = importlib.import_module(floor).__path__
        for found in pkgutil.walk_packages(folder, f"{floor}."):
            if not re.search(r"\.(migrations|management)|settings$", found.name):
                yield importlib.import_module(found.name)


def codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes_in(inner)
