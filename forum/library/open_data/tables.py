"""The two tables of the open data: their columns, and what each row holds.

Every format and every schema follows them, so that no two say different things. They are
French, whoever asks, and so are the names of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone

from forum.library.sheets.figures.figure_kinds import Tax
from forum.library.sheets.public_versions.models import PublicVersion

if TYPE_CHECKING:
    from forum.library.sheets.figures.models import SheetFigure


#: What a cell holds.
type Value = str | int | Decimal | date | None


class Column(NamedTuple):
    """A column: its name, its Table Schema type, what it is, and what it holds of a row.

    ``constraints`` are those of Table Schema.
    """

    name: str
    type: str
    title: str
    value: Callable[[Any], Value]
    description: str = ""
    constraints: dict[str, Any] = {}


class Table(NamedTuple):
    """A table: its name, its title, its columns, and what makes its rows of the versions."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows_of: Callable[[Iterable[PublicVersion], Callable[[str], str]], Iterable[Any]]

    def values(
        self, versions: Iterable[PublicVersion], absolute: Callable[[str], str]
    ) -> Iterable[list[Value]]:
        """The cells of each row. ``absolute`` makes full addresses of paths."""
        for row in self.rows_of(versions, absolute):
            yield [column.value(row) for column in self.columns]


class SheetRow(NamedTuple):
    """A row of the sheets."""

    version: PublicVersion
    address: str


def public_authors(version: PublicVersion) -> list[str]:
    """Whom a version names, in the order in which they write it: people, organisations."""
    authors = []
    for consent in version.consents.all():
        names = [consent.public_name, consent.public_organisation]
        if any(names):
            authors.append(", ".join(filter(None, names)))
    return authors


def _sheet_rows(
    versions: Iterable[PublicVersion], absolute: Callable[[str], str]
) -> Iterator[SheetRow]:
    return (SheetRow(version, absolute(version.permanent_path)) for version in versions)


def _figure_rows(
    versions: Iterable[PublicVersion], _absolute: Callable[[str], str]
) -> Iterator[tuple[int, SheetFigure]]:
    return (
        (version.sheet_id, figure) for version in versions for figure in version.figure_rows
    )


def _of_version(name: str) -> Callable[[SheetRow], Any]:
    return lambda row: getattr(row.version, name)


def _day(name: str) -> Callable[[SheetRow], date | None]:
    def value(row: SheetRow) -> date | None:
        moment = getattr(row.version, name)
        return moment and timezone.localdate(moment)

    return value


_MONTH = {"pattern": r"[0-9]{4}(-[0-9]{2})?"}
_REQUIRED = {"required": True}
_PART_NAMES = {
    "context": ("contexte", "Le contexte"),
    "work": ("realisation", "Ce qui a été fait"),
    "partners": ("partenaires", "Les partenaires"),
    "results": ("resultats", "Les résultats"),
    "failures": ("difficultes", "Ce qui a raté, ou a été difficile"),
    "advice": ("conseils", "Ce que ses auteurs referaient, ou non"),
    "contacts": ("contacts", "Qui contacter"),
    "sources": ("sources", "Les sources"),
}
_SHEET_COLUMNS = (
    Column("id", "integer", "Numéro de la fiche", _of_version("sheet_id"),
           "Il ne change pas.", _REQUIRED | {"unique": True}),
    Column("titre", "string", "Titre", _of_version("title"), "", _REQUIRED),
    Column("resume", "string", "En bref, pour des élus", _of_version("summary"), "", _REQUIRED),
    Column("sujet", "string", "Sujet", lambda row: row.version.topic.name),
    Column("territoire", "string", "Territoire",
           lambda row: str(row.version.territory) if row.version.territory else None),
    Column("habitants", "integer", "Population", _of_version("population")),
    Column("habitants_annee", "integer", "Année de la population",
           _of_version("population_year")),
    Column("debut", "string", "Début", _of_version("started"),
           "Une année, ou une année et un mois.", _MONTH),
    Column("mise_en_service", "string", "Mise en service", _of_version("commissioned"),
           "De même.", _MONTH),
    Column("fin", "string", "Fin", _of_version("finished"), "De même.", _MONTH),
    *(
        Column(name, "string", title, _of_version(part), "Du texte en Markdown.")
        for part, (name, title) in _PART_NAMES.items()
    ),
    Column("auteurs", "string", "Auteurs",
           lambda row: "; ".join(public_authors(row.version)) or None,
           "Ceux qui veulent y être nommés."),
    Column("licence", "string", "Licence", lambda row: str(row.version.get_licence_display()),
           "", _REQUIRED),
    Column("licence_adresse", "string", "Texte de la licence", _of_version("licence_address")),
    Column("publiee_le", "date", "Publique depuis le", _day("published_at"), "", _REQUIRED),
    Column("modifiee_le", "date", "Modifiée le", _day("changed_at"), "", _REQUIRED),
    Column("depassee_le", "date", "Dépassée depuis le",
           lambda row: (at := row.version.sheet.outdated_at) and timezone.localdate(at),
           "Depuis quand ses auteurs disent qu’elle n’est plus à jour."),
    Column("adresse", "string", "Adresse permanente", lambda row: row.address, "", _REQUIRED),
)  # fmt: skip


def _of_figure(name: str) -> Callable[[tuple[int, SheetFigure]], Any]:
    return lambda row: getattr(row[1], name)


def _tax(row: tuple[int, SheetFigure]) -> str | None:
    return str(row[1].get_tax_display()) if row[1].tax in (Tax.EXCLUDED, Tax.INCLUDED) else None


_FIGURE_COLUMNS = (
    Column("fiche", "integer", "Numéro de la fiche", lambda row: row[0], "", _REQUIRED),
    Column("nature", "string", "Nature", _of_figure("kind"), "Un code.", _REQUIRED),
    Column("libelle", "string", "Ce que c’est",
           lambda row: str(row[1].get_kind_display()), "", _REQUIRED),
    Column("valeur", "number", "Valeur", _of_figure("shown_amount"),
           "Dans l’unité de la colonne « unite », la même pour toute une nature."),
    Column("unite", "string", "Unité", lambda row: row[1].base_symbol or None),
    Column("saisi", "string", "Tel qu’écrit", _of_figure("typed"), "", _REQUIRED),
    Column("annee", "integer", "Année", _of_figure("year")),
    Column("taxe", "string", "Taxes", _tax, "", {"enum": ["HT", "TTC"]}),
    Column("energie", "string", "Énergie",
           lambda row: str(row[1].get_vector_display()) or None),
    Column("note", "string", "Note", _of_figure("note")),
)  # fmt: skip

SHEETS = Table("fiches", "Fiches d’expérience", _SHEET_COLUMNS, _sheet_rows)
FIGURES = Table("chiffres", "Chiffres des fiches", _FIGURE_COLUMNS, _figure_rows)
TABLES = {table.name: table for table in (SHEETS, FIGURES)}
