"""Forms and widgets that several features share."""

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class ReadUntilForm(forms.Form):
    """Marks as read what a page showed: all that happened by ``until``, when it was built."""

    until = forms.DateTimeField()


class LongSelect(forms.Select):
    """A select of many choices, without groups: its options are rendered once and kept.

    Django renders a template for each option; the HTML is the same.
    """

    def use_required_attribute(self, initial: Any) -> bool:
        """As Django's, of choices that are read once."""
        first = next(iter(self._rows), None)
        return not self.is_hidden and first is not None and not first[0]

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """The element with its options."""
        chosen = set(self.format_value(value)) & {code for code, _label in self._rows}
        options = _options_html(self._rows, frozenset(chosen))
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}\n</select>', name, attributes, options)

    @cached_property
    def _rows(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(code), str(label)) for code, label in self.choices)


@lru_cache(64)
def _options_html(rows: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> SafeString:
    marks = ((code, " selected" if code in chosen else "", label) for code, label in rows)
    return format_html_join("", '\n  <option value="{}"{}>{}</option>\n', marks)
