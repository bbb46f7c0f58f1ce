"""The forms of a sheet: what it says, as a draft and once it is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.fields import CharField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import is_filled
from accounts.base.parsing import parse_natural_number
from accounts.base.text import one_line
from accounts.territories.forms import TerritoryChoiceForm, initial_territory
from forum.base.spaces.models import Topic
from forum.conversation.files.forms import PostForm
from forum.conversation.threads.edits.forms import edit_reason_field
from forum.conversation.threads.forms import (
    MAX_TAG_LENGTH,
    MAX_TAGS,
    TitleField,
    TypedTextField,
    shown_readers_field,
)
from forum.library.sheets.actions import SheetValues
from forum.library.sheets.figures.figure_questions import TypedFigure, questions_about
from forum.library.sheets.figures.forms import (
    EMPTY_ROWS,
    MAX_FIGURES,
    FigureForm,
    figures_typed_before,
    prefix_of,
    row_of,
)
from forum.library.sheets.models import MAX_PART_LENGTH, PARTS, ExperienceSheet, tag_names
from forum.library.sheets.months import invalid_month, month_text, parse_month
from forum.library.sheets.queries import typed_figures

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


MONTHS = ("started", "commissioned", "finished")
#: Fields that are columns of the same name.
_COLUMNS = frozenset({"title", "tags", "population", "population_year", *PARTS, *MONTHS})
_TOO_LONG = _("C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus.")
_LONG = {"max_length": _TOO_LONG}


def _part(label: StrOrPromise, help_text: StrOrPromise = "", rows: int = 4) -> TypedTextField:
    widget = forms.Textarea(attrs={"rows": rows})
    return TypedTextField(
        label=label, help_text=help_text, required=False, max_length=MAX_PART_LENGTH,
        error_messages=_LONG, widget=widget,
    )  # fmt: skip


def _month(label: StrOrPromise, help_text: StrOrPromise = "") -> CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=40, error_messages=_LONG
    )


class SheetForm(PostForm, TerritoryChoiceForm):
    """What a sheet says. A draft may lack anything; ``values`` are what is well formed.

    ``figure_forms`` are its rows of figures. ``ask`` puts beside fields what is to be answered
    before it is published.
    """

    title = TitleField(
        label=_("Titre"),
        required=False,
        max_length=160,
        error_messages=_LONG,
        help_text=_(
            "Ce qui a été fait, et où : « Un réseau de chaleur au bois pour l’école »."
        ),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Sujet"),
        to_field_name="slug",
        required=False,
        empty_label=_("Choisissez un sujet"),
        error_messages={
            "invalid_choice": _("Ce sujet n’existe pas ; choisissez dans la liste.")
        },
    )
    tags = TypedTextField(
        label=_("Mots-clés"),
        required=False,
        max_length=300,
        error_messages=_LONG,
        help_text=_("Séparez-les par des virgules : Fonds Chaleur, régie, bocage."),
    )
    population = forms.IntegerField(
        label=_("Habitants"),
        required=False,
        min_value=1,
        max_value=80_000_000,
        help_text=_("Laissez vide : nous prenons celle du territoire, si nous la connaissons."),
        error_messages={"invalid": _("Écrivez un nombre entier.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
    )
    population_year = forms.IntegerField(
        label=_("Année de ce nombre"),
        required=False,
        min_value=1900,
        max_value=2100,
        error_messages={"invalid": _("Écrivez l’année en quatre chiffres.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
    )
    started = _month(_("Début"), _("Une année, ou un mois : « mars 2024 »."))
    commissioned = _month(_("Mise en service"))
    finished = _month(_("Fin"))
    context = _part(_("Le contexte"), _("D’où vous partiez, et ce que vous cherchiez."))
    work = _part(_("Ce qui a été fait"), _("Les étapes, les choix, ce qui a été construit."), 6)
    partners = _part(_("Les partenaires"), _("Qui a fait quoi, et avec quel argent."), 3)
    results = _part(_("Les résultats"), _("Ce que cela a donné, et ce qui reste à voir."))
    failures = _part(
        _("Ce qui a raté, ou a été difficile"), _("C’est ce que les autres cherchent.")
    )
    advice = _part(_("Ce que nous referions, ou non"))
    contacts = _part(
        _("Qui contacter"),
        _("Un nom de l’annuaire après un @, ou un service ; pas l’adresse d’autrui."),
        2,
    )
    sources = _part(_("Les sources"), _("Des adresses, des délibérations, des bilans."), 3)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    may_add_territory = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        figures = kwargs.pop("figures", ())
        super().__init__(*args, **kwargs)
        self.fields["territory_words"].label = _("Territoire")
        self.figure_forms = self._rows(figures)

    def _rows(self, figures: Sequence[TypedFigure]) -> list[FigureForm]:
        if self.is_bound:
            count = parse_natural_number(self.data.get("figure_rows", "")) or 0
            numbers = range(min(count, MAX_FIGURES))
            return [FigureForm(self.data, prefix=prefix_of(n)) for n in numbers]
        shown = (figures_typed_before(self.initial) or list(figures))[:MAX_FIGURES]
        empty = [None] * min(EMPTY_ROWS, MAX_FIGURES - len(shown))
        return [row_of(figure, number) for number, figure in enumerate([*shown, *empty])]

    def clean(self) -> dict[str, Any]:
        """Find the territory, read months and tags; take errors of figures for its own."""
        super().clean()
        data = self.cleaned_data
        data["title"] = one_line(data.get("title") or "")
        data["place"] = self.chosen_territory(data)
        for name in MONTHS:
            month = parse_month(data.get(name) or "")
            if month is None:
                self.add_error(name, invalid_month())
            data[name] = month or ""
        names = tag_names(data.get("tags") or "")
        if len(names) > MAX_TAGS or any(len(name) > MAX_TAG_LENGTH for name in names):
            words = _now("Gardez %(most)d mots-clés au plus, de %(length)d caractères au plus.")
            self.add_error("tags", words % {"most": MAX_TAGS, "length": MAX_TAG_LENGTH})
        if any(not row.is_valid() for row in self.figure_forms):
            self.add_error(None, _now("Un chiffre est à revoir, plus bas."))
        return data

    @property
    def has_further_place(self) -> bool:
        """Whether what few say of the place and the subject is filled, or wrong."""
        return is_filled(self, "population", "population_year", "tags")

    @property
    def has_further_parts(self) -> bool:
        """Likewise the parts that few write."""
        return is_filled(self, "partners", "advice", "contacts", "sources")

    @property
    def typed_figures(self) -> list[TypedFigure]:
        """The figures of the rows that are not empty."""
        return [row.figure for row in self.figure_forms if row.figure]

    def values(self, sheet: ExperienceSheet | None = None) -> SheetValues:
        """What was typed; for what is not well formed, what ``sheet`` says already."""
        data = dict(self.cleaned_data)
        for name in self.errors:
            data[name] = getattr(sheet, name, None) if name in _COLUMNS else None
        if "territory_words" in self.errors:
            data["place"] = sheet and sheet.territory
        place, population = data.get("place"), data.get("population")
        if sheet and place != sheet.territory and _is_of_territory(population, sheet):
            population = None  # Of the territory that it was before.
        return SheetValues(
            title=data.get("title") or "",
            topic=data.get("topic")
            or (sheet.topic if sheet and "topic" in self.errors else None),
            tags=", ".join(tag_names(data.get("tags") or "")),
            territory=place,
            population=population or (place.population if place else None),
            population_year=data.get("population_year") or None,
            parts={name: data.get(name) or "" for name in (*PARTS, *MONTHS)},
            figures=self.typed_figures,
        )

    @property
    def asked_rows(self) -> list[tuple[int, FigureForm]]:
        """The rows about which something is asked, each with its number on the page."""
        return [it for it in enumerate(self.figure_forms, 1) if it[1].question]

    def ask(self, missing: dict[str, str]) -> bool:
        """Put ``missing`` and what is asked of figures beside fields; return if any is."""
        for name, words in missing.items():
            if name not in self.errors:
                self.add_error(name, words)
        return self.ask_figures() or bool(self.errors)

    def ask_figures(self) -> bool:
        """Likewise the questions about figures alone."""
        rows = [row for row in self.figure_forms if row.figure]
        topic = str(self["topic"].value() or "")
        questions = questions_about([row.figure for row in rows if row.figure], topic)
        for index, question in questions.items():
            rows[index].question = question
        return bool(questions)


class EditSheetForm(SheetForm):
    """The same of a published sheet: why it changes, and who read it when it was shown."""

    reason = edit_reason_field()
    shown_readers = shown_readers_field()


def _is_of_territory(population: int | None, sheet: ExperienceSheet) -> bool:
    return sheet.territory is not None and population == sheet.territory.population


def _initial_of(sheet: ExperienceSheet, tags: str) -> dict[str, Any]:
    names = ("population", "population_year", "version", *PARTS)
    initial = {name: getattr(sheet, name) for name in names}
    initial |= {name: month_text(getattr(sheet, name)) for name in MONTHS}
    topic = sheet.shown_topic
    initial |= {"title": sheet.shown_title, "topic": topic.slug if topic else "", "tags": tags}
    return initial | initial_territory(sheet.territory)


def unbound_form(
    form_class: type[SheetForm], sheet: ExperienceSheet, tags: str, **initial: Any
) -> SheetForm:
    """The form of ``sheet`` before it is sent; ``initial``: what was typed before, if any."""
    values = _initial_of(sheet, tags) | initial
    return form_class(initial=values, figures=typed_figures(sheet))
