"""The fields of a page's form: what stands in each, what it offers, what can be typed in it."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from lxml.html import HtmlElement

TEXT = "Audit des formulaires"
#: What is typed, by the type of a field. Long enough for whatever asks for a few words.
_TYPED: dict[str, Sequence[str]] = {
    "url": ("https://audit.invalid/",),
    "tel": ("02 96 00 00 00",), "number": ("1", "2", "2020"), "time": ("08:00", "09:00"),
    "month": ("2020-01",),
}  # fmt: skip
#: What a text is where it is refused: a date as one writes it, a year, a version, a number.
_OTHER_TEXTS = ("audit, contrôle", "2020", "juin 2020", "1", "2.0")
#: Numbers that are no row's.
_COUNTS = {"version", "revision", "draft_revision", "shown", "writer", "figure_rows", "page"}
#: Fields in which something else is typed than stands there.
_CHANGED = {"title", "name", "label", "full_name"}
_LISTS, _BOXES = {"select", "radio", "checkbox"}, {"radio", "checkbox"}
_CHOSEN = _LISTS | {"hidden", "submit"}
_ADDRESS = re.compile(r"/[\w-]+/\d+/")
#: A PDF of one empty page.
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
#: A black PNG, as large as a photo of a person has to be.
_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAQAAAAEAAQAAAAB0CZXLAAAAH0lEQVR42u3BAQ0AAADCoPdPbQ43oAAA"
    "AAAAAAAAvg0hAAABYOSdlwAAAABJRU5ErkJggg=="
)
#: What is in each file that is sent, by its name.
_FILES = {"audit.pdf": _PDF, "audit.png": _PNG, "audit.txt": b"Audit."}


@dataclass(frozen=True)
class FormField:
    """A field: ``values`` is what it sends, nothing where it is left out.

    ``kind``: the type of the input, or the name of the element. ``offered``: the values of a
    list, a box, or the radio buttons of one name. ``is_typed``: whether nobody had written
    what is in it. ``is_invalid``: whether the page marks it so.
    """

    name: str
    kind: str
    values: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    is_required: bool = False
    is_typed: bool = False
    is_invalid: bool = False
    pattern: str = ""
    longest: int = 100_000

    def names_row(self, slugs: Container[str]) -> bool:
        """Whether a row is named by what it sends: by an address, a number or one of ``slugs``.

        What is typed names none by these two: words and numbers are everybody's.
        """
        value = next(iter(self.values), "")
        is_number = value.isdigit() and self.name not in _COUNTS
        is_chosen = self.kind in _CHOSEN and (is_number or value in slugs)
        return is_chosen or bool(_ADDRESS.match(value))

    def naming(self, pk: int, slug: str) -> FormField:
        """The field with another row, by its number, its address or its slug."""
        if _ADDRESS.match(self.values[0]):
            return replace(self, values=(re.sub(r"\d+", str(pk), self.values[0]),))
        return replace(self, values=(str(pk) if self.values[0].isdigit() else slug,))

    def rewritten(self) -> FormField:
        """The field with another text than stands there: the same would not be saved."""
        text = next(iter(self.values), "")
        if self.is_typed or not text.strip():
            return self
        if self.kind == "textarea":
            return replace(self, values=(f"{text.strip()} {TEXT}"[: self.longest],))
        if self.kind == "text" and self.name in _CHANGED:
            return replace(self, values=(f"{text[: self.longest - 4]} bis",))
        return self

    def filled(self) -> FormField:
        """The field with something in it, where it may stay empty."""
        if self.values and any(self.values):
            return self
        if self.kind in _BOXES | {"select"}:
            return replace(self, values=tuple(filter(None, self.offered))[:1] or self.values)
        return self if self.kind in ("hidden", "submit") else self.typed()

    def changed(self) -> FormField:
        """The field as somebody leaves it who changes all that can be: a list says another."""
        if self.kind == "checkbox":
            return replace(self, values=() if self.values and not self.is_required
                           else self.offered)  # fmt: skip
        return self.with_next_value() if self.kind in _LISTS else self.filled()

    def with_next_value(self) -> FormField:
        """The field with another of the values that it offers."""
        offered = tuple(filter(None, self.offered)) or ("",)
        place = (
            offered.index(self.values[0]) if self.values and self.values[0] in offered else -1
        )
        return replace(self, values=(offered[(place + 1) % len(offered)],))

    def typed(self, answers: Sequence[str] = ()) -> FormField:
        """The field with what its type asks for, or with what comes after what is in it.

        ``answers``: more of what a text can be.
        """
        texts = [it[: self.longest] for it in self._texts(answers)]
        texts = [it for it in texts if re.fullmatch(self.pattern or "(?s:.*)", it)] or [TEXT]
        tried = texts.index(self.values[0]) if self.values and self.values[0] in texts else -1
        return replace(self, values=(texts[(tried + 1) % len(texts)],), is_typed=True)

    def _texts(self, answers: Sequence[str]) -> Sequence[str]:
        if self.kind == "file":
            return list(_FILES)
        if self.kind in ("date", "datetime-local"):
            days = (timezone.localdate() + timedelta(days=it) for it in (1, -1, 30))
            return [f"{day}T10:00" if "-" in self.kind else str(day) for day in days]
        if self.kind == "email":  # Some may not be the same.
            return [f"{re.sub(r'[^a-z]+', '-', self.name)}@audit.invalid"]
        choices = (f"{TEXT}\n{TEXT} bis",) if self.kind == "textarea" else ()
        return _TYPED.get(self.kind, (TEXT, *choices, *answers, *_OTHER_TEXTS))

    def data(self) -> list[str] | list[ContentFile[bytes]]:
        """What a client sends of it."""
        if self.kind != "file":
            return list(self.values)
        return [ContentFile(_FILES[name], name) for name in self.values]


def read_fields(elements: list[HtmlElement]) -> Iterator[FormField]:
    """The fields that ``elements`` of a form are: radio buttons of one name are one."""
    groups: dict[str, list[HtmlElement]] = {}
    for element in elements:
        kind = element.get("type", "text") if element.tag == "input" else element.tag
        if element.get("disabled") is not None or kind in ("reset", "image", "button"):
            continue
        if element.get("name") == "csrfmiddlewaretoken":  # The client needs none.
            continue
        if kind == "radio":
            groups.setdefault(element.get("name"), []).append(element)
        else:
            yield _field(element, kind)
    yield from map(_radio_field, groups.values())


def _field(element: HtmlElement, kind: str) -> FormField:
    field = FormField(
        element.get("name"), kind, is_required=element.get("required") is not None,
        is_invalid=element.get("aria-invalid") == "true", pattern=element.get("pattern", ""),
        longest=int(element.get("maxlength", FormField.longest)),
    )  # fmt: skip
    if kind == "checkbox":
        offered = (element.get("value", "on"),)
        is_sent = field.is_required or element.get("checked") is not None
        return replace(field, values=offered if is_sent else (), offered=offered)
    if kind == "select":
        offered = tuple(it.get("value", it.text or "") for it in element.iter("option"))
        chosen = element.xpath(".//option[@selected]/@value")
        choices = filter(None, offered) if field.is_required else offered
        return replace(
            field, values=tuple(chosen or [next(iter(choices), "")]), offered=offered
        )
    if kind == "file":
        return field.typed() if field.is_required else field
    return _with_text(field, element)


def _with_text(field: FormField, element: HtmlElement) -> FormField:
    """What stands in it, or, where it may not stay empty, something."""
    text = (element.text or "").strip("\n") if element.tag == "textarea" else ""
    text = text or element.get("value", "")
    if text.strip() or field.kind == "hidden" or not field.is_required:
        return replace(field, values=(text,))
    return field.typed()


def _radio_field(elements: list[HtmlElement]) -> FormField:
    offered = tuple(it.get("value", "on") for it in elements)
    is_required = any(it.get("required") is not None for it in elements)
    checked = [it.get("value", "on") for it in elements if it.get("checked") is not None]
    return FormField(
        elements[0].get("name"), "radio", offered=offered, is_required=is_required,
        values=tuple(checked) or (offered[:1] if is_required else ()),
        is_invalid=any(it.get("aria-invalid") == "true" for it in elements),
    )  # fmt: skip
