"""The filters of a search, as fields of its form and as chips that one takes away."""

from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.queries import all_colleges
from forum.finding.search.filters import type_named
from forum.finding.search.results import TYPES, FilterOption, SearchResults
from forum.finding.search.search_query import SearchQuery
from forum.models import Topic
from forum.templatetags.forum_tags import number

#: What each filter is called, in the order of the form.
LABELS = {
    "type": gettext_lazy("Type"),
    "resolu": gettext_lazy("Résolu"),
    "sujet": gettext_lazy("Sujet"),
    "espace": gettext_lazy("Espace"),
    "college": gettext_lazy("Collège"),
    "territoire": gettext_lazy("Territoire"),
    "auteur": gettext_lazy("Auteur"),
    "mot": gettext_lazy("Mot-clé"),
    "depuis": gettext_lazy("Depuis"),
    "avant": gettext_lazy("Avant"),
}
#: Those that are a choice.
CHOICES = frozenset(("type", "resolu", "sujet", "espace", "college"))
#: What may be typed, where that is not plain.
HINTS = {"depuis": "2025, 03/2025", "avant": "2025, 03/2025"}


class FilterField(NamedTuple):
    """A filter: what is typed, or if it ``is_choice`` one of ``options``."""

    name: str
    label: str
    value: str
    is_choice: bool
    options: list[FilterOption]
    hint: str

    @property
    def options_html(self) -> SafeString:
        """The options of its list, each with how many threads it keeps."""
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (it.value, " selected" if it.is_chosen else "", _label_of(it))
                for it in self.options
            ),
        )


class FilterChip(NamedTuple):
    """A filter that is set, in words, and the same search without it."""

    label: str
    url: str


def _label_of(option: FilterOption) -> str:
    return option.label if option.count is None else f"{option.label} ({number(option.count)})"


def filter_fields(query: SearchQuery, results: SearchResults) -> list[FilterField]:
    """Each filter, with how many of the threads found each of its values has."""
    options = _options(query, results)
    return [
        FilterField(
            name,
            str(label),
            query.filters.get(name, ""),
            name in CHOICES,
            options.get(name, []),
            HINTS.get(name, ""),
        )
        for name, label in LABELS.items()
    ]


def filter_chips(query: SearchQuery, fields: list[FilterField]) -> list[FilterChip]:
    """The filters of ``query`` that are set."""
    chips = []
    for field in fields:
        if not field.value:
            continue
        chosen = next(
            (option.label for option in field.options if option.is_chosen), field.value
        )
        label = _("%(filter)s : %(value)s") % {"filter": field.label, "value": chosen}
        chips.append(FilterChip(label, query.url(**{field.name: ""})))
    return chips


def _options(query: SearchQuery, results: SearchResults) -> dict[str, list[FilterOption]]:
    options = results.options()
    if "college" not in options:
        college = query.filters.get("college")
        options["college"] = [
            FilterOption(it.slug, str(it), None, it.slug == college) for it in all_colleges()
        ]
    for name, value in query.filters.items():  # What nothing is found for stays chosen.
        known = options.setdefault(name, [])
        if name in CHOICES and not any(option.is_chosen for option in known):
            known.append(FilterOption(value, _name_of(name, value), None, is_chosen=True))
    return options


def _name_of(name: str, value: str) -> str:
    """What ``value`` of a filter is called, where that is no secret; else the value itself."""
    if name == "resolu" and value in ("oui", "non"):
        return _("Oui") if value == "oui" else _("Non")
    if name == "type" and (kind := type_named(value)):
        return str(TYPES[kind])
    topic = Topic.objects.filter(slug=value).first() if name == "sujet" else None
    return str(topic or value)
