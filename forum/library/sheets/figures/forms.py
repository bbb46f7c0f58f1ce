"""The rows of a form in which figures are typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import is_filled
from accounts.base.text import one_line
from forum.library.sheets.figures.figure_kinds import EnergyVector, FigureKind, Tax
from forum.library.sheets.figures.figure_questions import FigureQuestion, TypedFigure
from forum.library.sheets.figures.models import MAX_TYPED
from forum.library.sheets.quantities.units import with_written_units

#: Figures of a sheet, and empty rows that a form ends with.
MAX_FIGURES, EMPTY_ROWS = 40, 3
_CHOOSE = {"invalid_choice": _("Choisissez l’une des réponses proposées.")}
_TOO_LONG = {"max_length": _("C’est trop long : %(limit_value)d caractères au plus.")}
#: Characters of the keys of what was confirmed.
_MAX_CONFIRMED = 200


class FigureForm(forms.Form):
    """One figure. Nothing in it is required: what lacks is asked about, by ``question``.

    ``reading`` is the key of the reading chosen, ``confirmed`` are the keys of what was said
    to be right.
    """

    kind = forms.ChoiceField(
        label=_("Ce que c’est"),
        choices=[("", _("Choisissez…")), *FigureKind.choices],
        required=False,
        error_messages=_CHOOSE,
    )
    typed = forms.CharField(
        label=_("Le chiffre et son unité"),
        required=False,
        max_length=MAX_TYPED,
        error_messages=_TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    year = forms.IntegerField(
        label=_("Année"),
        required=False,
        min_value=0,
        max_value=9999,
        error_messages={"invalid": _("Écrivez l’année en quatre chiffres.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
    )
    tax = forms.ChoiceField(
        label=_("Taxes"),
        choices=[("", "—"), *Tax.choices],
        required=False,
        error_messages=_CHOOSE,
    )
    vector = forms.ChoiceField(
        label=_("Énergie"),
        choices=[("", "—"), *EnergyVector.choices],
        required=False,
        error_messages=_CHOOSE,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=160, error_messages=_TOO_LONG
    )
    reading = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    confirmed = forms.CharField(
        required=False, max_length=_MAX_CONFIRMED, widget=forms.HiddenInput
    )

    #: How the prefixes of the rows begin.
    row_prefix = "figures"
    #: What is asked about it, set by the form of the sheet.
    question: FigureQuestion | None = None

    def clean(self) -> dict[str, Any]:
        """Take together what is confirmed now and what was before."""
        super().clean()
        data = self.cleaned_data
        keys = []
        if self.is_bound:
            assert isinstance(self.data, QueryDict)
            keys = self.data.getlist(self.add_prefix("confirmed"))
        data["confirmed"] = " ".join(keys)[:_MAX_CONFIRMED]
        return data

    @property
    def has_details(self) -> bool:
        """Whether what few say of a figure is filled, wrong or asked."""
        return bool(self.question) or is_filled(self, "tax", "vector", "note")

    @cached_property
    def figure(self) -> TypedFigure | None:
        """What is typed, as far as it is well formed; None for an empty row."""
        self.is_valid()
        data = self.cleaned_data
        typed = with_written_units(one_line(data.get("typed", "")))
        note = one_line(data.get("note", ""))
        if not typed:
            return None
        return TypedFigure(
            data.get("kind", ""), typed, data.get("year"), data.get("tax", ""),
            data.get("vector", ""), note, data.get("reading", ""),
            frozenset(data.get("confirmed", "").split()),
        )  # fmt: skip


def row_of(figure: TypedFigure | None, number: int) -> FigureForm:
    """The row of this number that shows ``figure``, or none, before it is sent."""
    names = ("kind", "typed", "year", "tax", "vector", "note", "reading")
    initial = {name: getattr(figure, name) for name in names} if figure else {}
    if figure:
        initial["confirmed"] = " ".join(sorted(figure.confirmed))
    row = FigureForm(initial=initial, prefix=prefix_of(number))
    row.figure = figure
    return row


def prefix_of(number: int) -> str:
    """The prefix of the row of this number."""
    return f"{FigureForm.row_prefix}-{number}"


def figures_typed_before(saved: Mapping[str, Any]) -> list[TypedFigure]:
    """The figures of a form that was sent when a session had ended, from what was saved."""
    data = QueryDict(mutable=True)
    for name, value in saved.items():
        if name.startswith(f"{FigureForm.row_prefix}-"):
            data[name] = value
    rows = (FigureForm(data, prefix=prefix_of(number)) for number in range(MAX_FIGURES))
    return [row.figure for row in rows if row.figure] if data else []
