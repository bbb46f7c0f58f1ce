"""What a sheet says at a moment, as a version of it that the public could read."""

from __future__ import annotations

from typing import NamedTuple

from forum.base.search_index.analysis import SEPARATOR, streams_of
from forum.library.sheets.figures.figure_kinds import KIND_RULES
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import PARTS, ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.sensitive_details import SensitiveDetail, sensitive_details

#: The part that names people, who are not asked: it is left out unless somebody wants it.
CONTACTS = "contacts"
_COPIED = ("territory", "population", "population_year", "started", "commissioned", "finished")
_OF_FIGURE = ("kind", "typed", "year", "tax", "vector", "note", "unit")


class Proposal(NamedTuple):
    """What somebody says beside the sheet as they propose it to the public."""

    summary: str
    licence: str
    with_contacts: bool = False


def snapshot_of(sheet: ExperienceSheet, proposal: Proposal) -> PublicVersion:
    """``sheet``, which is published, as nobody has saved it; its figures were read with it."""
    parts = {name: getattr(sheet, name) for name in PARTS}
    if not proposal.with_contacts:
        parts[CONTACTS] = ""
    assert sheet.thread is not None  # It is published.
    version = PublicVersion(
        sheet=sheet, title=sheet.thread.title, topic=sheet.thread.topic,
        summary=proposal.summary, licence=proposal.licence,
        figures=[_figure(figure) for figure in sheet.figures.all() if figure.typed],
        **parts, **{name: getattr(sheet, name) for name in _COPIED},
    )  # fmt: skip
    index_version(version)
    return version


def index_version(version: PublicVersion) -> None:
    """Set what searches find ``version`` by; the caller saves it."""
    texts = [version.summary, str(version.territory or "")]
    texts += [getattr(version, name) for name in PARTS]
    title, text = streams_of(version.title), streams_of(". ".join(texts))
    version.stems = f" {SEPARATOR.join((title.stems, text.stems))} "
    version.folded_stems = f" {SEPARATOR.join((title.folded_stems, text.folded_stems))} "


def details_of(version: PublicVersion) -> list[SensitiveDetail]:
    """What in the sentences of ``version`` its authors may not want all to read.

    Its figures are pointed out by themselves: they stand in a table, and prices are taken out
    of it with a word.
    """
    parts = (getattr(version, name) for name in PARTS)
    notes = (str(figure["note"]) for figure in version.figures)
    return sensitive_details(version.title, version.summary, *parts, *notes)


def take_prices_out(version: PublicVersion) -> None:
    """Leave only the figures that are no money; nothing is saved."""
    version.figures = [row for row in version.figures if not KIND_RULES[row["kind"]].is_money]
    version.without_prices = True


def _figure(row: SheetFigure) -> dict[str, object]:
    amount = "" if row.amount is None else f"{row.amount.normalize():f}"
    return {name: getattr(row, name) for name in _OF_FIGURE} | {"amount": amount or None}
