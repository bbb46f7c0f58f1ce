"""Forms and widgets that several features share."""

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.forms.utils import flatatt
from django.utils.encoding import punycode
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.base.dates import MomentField
from accounts.base.text import one_line


class ReadUntilForm(forms.Form):
    """Marks as read what a page showed: all that happened by ``until``, when it was built."""

    until = MomentField()


class NameField(forms.CharField):
    """A name or a title: one line, as people see it (``as_seen``)."""

    def to_python(self, value: Any) -> Any:
        """The text without what nobody sees."""
        return one_line(super().to_python(value) or "")


def hidden_field(max_length: int = 1_000) -> forms.CharField:
    """A hidden field for what a page says to itself: bounded, as anybody may write it."""
    return forms.CharField(required=False, max_length=max_length, widget=forms.HiddenInput)


def validate_mail_address(address: str) -> None:
    """Raise ValidationError where ``address`` spells its domain as no domain is spelt.

    Or is spelt as an encoded word, which mail takes for another text, and refuses (RFC 2047).

    Mail servers are given such as ``ｍairie.fr`` as another, so that one mailbox would count
    as many where mails to an address are limited (IDNA 2003, as Django sends mail).
    """
    if "=?" in address:
        raise ValidationError(_("Écrivez cette adresse en lettres ordinaires."))
    domain = address.rpartition("@")[2].lower()
    if len(domain) > DomainNameValidator.max_length:
        return  # It is none: reading it would take the square of its length.
    with suppress(UnicodeError):
        sent = punycode(domain)
        if domain in (sent, sent.encode().decode("idna")):
            return
    raise ValidationError(_("Écrivez le domaine de cette adresse en lettres ordinaires."))


class AddressField(forms.EmailField):
    """An e-mail address, of one spelling."""

    default_validators = [*forms.EmailField.default_validators, validate_mail_address]


class LongSelect(forms.Select):
    """A select of many choices, without groups: its options are rendered once and kept.

    The HTML is that of other selects.
    """

    def use_required_attribute(self, initial: Any) -> bool:
        """As Django's, of choices that are read once."""
        first = next(iter(self._rows), None)
        return not self.is_hidden and first is not None and not first[0]

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """The element with its options."""
        options = options_html(self._rows, self.format_value(value))
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, attributes, options)

    @cached_property
    def _rows(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(code), str(label)) for code, label in self.choices)


def options_html(rows: tuple[tuple[str, str], ...], chosen: Iterable[str]) -> SafeString:
    """The options of ``rows``, each a value and a label; those ``chosen`` are marked."""
    return _options_html(rows, frozenset(chosen) & {value for value, _label in rows})


@lru_cache(64)
def _options_html(rows: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> SafeString:
    options = ((value, " selected" if value in chosen else "", label) for value, label in rows)
    return format_html_join("", '<option value="{}"{}>{}</option>', options)


def field_of[Field: forms.Field](
    form: forms.BaseForm, name: str, field_type: type[Field]
) -> Field:
    """The field ``name`` of ``form``, which is a ``field_type``."""
    field = form.fields[name]
    assert isinstance(field, field_type)
    return field


def is_filled(form: forms.BaseForm, *names: str) -> bool:
    """Whether one of these fields of ``form`` holds something, or is wrong."""
    return any(form[name].value() or form[name].errors for name in names)
