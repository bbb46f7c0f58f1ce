"""A sheet as the text of its post: Markdown, which mails and searches read.

It is French, whoever publishes it: what people wrote is.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.text import fold
from accounts.base.translations import SOURCE_LANGUAGE
from forum.library.sheets.figures.figure_kinds import Tax
from forum.library.sheets.months import month_text
from forum.library.sheets.quantities.typed_numbers import spelled

if TYPE_CHECKING:
    from forum.library.sheets.figures.models import SheetFigure
    from forum.library.sheets.models import ExperienceSheet
    from forum.library.sheets.public_versions.models import PublicVersion


def part_titles() -> dict[str, str]:
    """The headings of the parts of a sheet, by their names, in the order of the page."""
    return {
        "context": _("Le contexte"),
        "work": _("Ce qui a été fait"),
        "partners": _("Les partenaires"),
        "results": _("Les résultats"),
        "failures": _("Ce qui a raté, ou a été difficile"),
        "advice": _("Ce que nous referions, ou non"),
        "contacts": _("Qui contacter"),
        "sources": _("Les sources"),
    }


def sheet_text(sheet: ExperienceSheet, figures: Iterable[SheetFigure]) -> str:
    """``sheet`` with its ``figures`` as Markdown; the title is its thread's."""
    with override(SOURCE_LANGUAGE):
        blocks = [_head(sheet), _figures(figures)]
        blocks += [
            f"### {title}\n\n{getattr(sheet, name).strip()}"
            for name, title in part_titles().items()
            if getattr(sheet, name).strip()
        ]
    return "\n\n".join(block for block in blocks if block)


def figure_details(figure: SheetFigure) -> str:
    """What stands beside a figure: its tax where it is not typed, year, energy and note."""
    is_typed = fold(figure.tax) in fold(figure.typed).replace(".", "")
    tax = "" if is_typed or figure.tax == Tax.NONE else figure.get_tax_display()
    details = [tax, figure.year, figure.get_vector_display(), figure.note]
    return ", ".join(str(detail) for detail in details if detail)


def population_text(sheet: ExperienceSheet | PublicVersion) -> str:
    """The population of its territory, with the year, or ""."""
    if not sheet.population:
        return ""
    words = _("%(n)s habitants") % {"n": spelled(Decimal(sheet.population))}
    return f"{words} ({sheet.population_year})" if sheet.population_year else words


def dates_of(sheet: ExperienceSheet | PublicVersion) -> list[tuple[str, str]]:
    """Its calendar, as pairs of a label and a month in words."""
    rows = (
        (_("Début"), sheet.started),
        (_("Mise en service"), sheet.commissioned),
        (_("Fin"), sheet.finished),
    )
    return [(label, month_text(month)) for label, month in rows if month]


def _head(sheet: ExperienceSheet) -> str:
    rows = []
    if sheet.territory:
        values = [str(sheet.territory), population_text(sheet)]
        rows.append((_("Territoire"), ", ".join(value for value in values if value)))
    rows += dates_of(sheet)
    return "\n".join(_row(label, _escaped(words)) for label, words in rows)


def _row(label: str, words: str) -> str:
    return f"- **{label}**\u00a0: {words}"


def _figures(figures: Iterable[SheetFigure]) -> str:
    pairs = [
        (figure.get_kind_display(), _escaped(_joined([figure.typed, figure_details(figure)])))
        for figure in figures
        if figure.typed
    ]
    rows = [_row(*pair) for pair in pairs]
    return "### " + _("Les chiffres") + "\n\n" + "\n".join(rows) if rows else ""


def _joined(words: list[str]) -> str:
    first, *others = [word for word in words if word]
    return f"{first} ({'; '.join(others)})" if others else first


def _escaped(words: str) -> str:
    """``words`` with what Markdown would read taken as it is typed."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~@" else c for c in words)
