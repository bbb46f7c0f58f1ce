"""The forms of a page, read from its HTML and filled by what their own fields ask for."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.html import HtmlElement

from forum.moderation.visibility_audit.writes.form_fields import TEXT, FormField, read_fields

#: Buttons of one name, in one form, that are pressed, and fields that are changed alone.
_BUTTONS_OF_A_NAME, _CHANGED_ALONE = 3, 3
#: What buttons say that do, or undo, the same.
_YES_OR_NO = {"0", "1", "true", "false", "yes", "no"}


@dataclass(frozen=True)
class PageForm:
    """A form of a page, or what one of its buttons sends: where to, and what.

    ``shape``: the names of its fields and what its button says: with the name of its address,
    what form it is. Numbers in them do not count.
    """

    address: str
    fields: tuple[FormField, ...]
    shape: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """What a client sends."""
        data: dict[str, Any] = {}
        for it in self.fields:
            if sent := it.data():
                data.setdefault(it.name, []).extend(sent)
        return data

    def naming(self, pk: int, slug: str, slugs: Container[str]) -> Iterator["PageForm"]:
        """The form with another row in each field that names one, by number or by a slug.

        ``slugs``: those of all rows that there are. Of fields whose names differ by a number
        the first is taken.
        """
        names: set[str] = set()
        for place, it in enumerate(self.fields):
            if it.names_row(slugs) and (name := _without_numbers(it.name)) not in names:
                names.add(name)
                fields = *self.fields[:place], it.naming(pk, slug), *self.fields[place + 1 :]
                yield replace(self, fields=fields)

    @property
    def typed_texts(self) -> dict[str, str]:
        """What is in the fields in which nobody had written, by name."""
        return {it.name: it.values[0] for it in self.fields if it.is_typed}

    def sends_same_as(self, other: "PageForm") -> bool:
        """Whether a client sends the same of both."""
        return _sent(self) == _sent(other)

    def changed_ways(self) -> Iterator["PageForm"]:
        """The form as somebody sends it who changes all that can be; then one field, of a few.

        What may stay empty is filled in.
        """
        fields = tuple(it.changed() for it in self.fields)
        places = [nth for nth, it in enumerate(fields) if it != self.fields[nth]]
        if places:
            yield replace(self, fields=fields)
        for nth in places[:_CHANGED_ALONE] if len(places) > 1 else ():
            alone = *self.fields[:nth], fields[nth], *self.fields[nth + 1 :]
            yield replace(self, fields=alone)

    def without(self, words: Iterable[str]) -> "PageForm":
        """The form with none of ``words`` in it: its sender was never shown them."""

        def emptied(field: FormField) -> FormField:
            values = field.values
            for word in words:
                values = tuple(it.replace(word, TEXT) for it in values)
            return field if values == field.values else replace(field, values=values)

        return self._each(emptied)

    def typed_as(self, texts: dict[str, str]) -> "PageForm":
        """The form with ``texts``, by the names of fields, where nobody had written any."""

        def typed(field: FormField) -> FormField:
            is_open = field.is_typed and field.name in texts
            return replace(field, values=(texts[field.name],)) if is_open else field

        return self._each(typed)

    def corrected(self, page: str, answers: Sequence[str]) -> "PageForm":
        """The form as ``page`` gives it back, with other texts where it marks them as wrong.

        What is asked for besides is filled in. ``answers``: more of what texts can be. The
        form itself where it is not on the page.
        """

        def corrected_field(field: FormField) -> FormField:
            if not field.is_invalid:
                return field
            if field.kind in ("select", "radio"):
                return field.with_next_value()
            if field.kind == "checkbox":
                return field.filled()
            return field.typed(answers)

        names = set(self.shape)
        given_back = page_forms(page, self.address, is_given_back=True)
        same = [it for it in given_back if _path(it.address) == _path(self.address)]
        returned = max(same, key=lambda it: len(names & set(it.shape)), default=self)
        return replace(returned._each(corrected_field), address=self.address, shape=self.shape)

    def _each(self, change: Callable[[FormField], FormField]) -> "PageForm":
        return replace(self, fields=tuple(map(change, self.fields)))


def page_forms(page: str, address: str, *, is_given_back: bool = False) -> Iterator[PageForm]:
    """What each form of ``page``, shown at ``address``, sends: once for each of its buttons.

    Where something was written before, something else is, unless it ``is_given_back``.
    """
    tree = _tree(page)
    for form in tree.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        elements, buttons = _controls(tree, form)
        fields = tuple(read_fields(elements))
        if not is_given_back:
            fields = tuple(it.rewritten() for it in fields)
        pressed: Counter[tuple[str | None, str | None]] = Counter()
        for button in buttons or [html.Element("button")]:
            same = button.get("name"), button.get("formaction")
            pressed[same] += 1
            if pressed[same] <= _BUTTONS_OF_A_NAME:
                yield _sent_by(button, pressed[same], form, fields, address)


def links(page: str, address: str) -> Iterator[str]:
    """The addresses of this site that ``page``, shown at ``address``, links to."""
    for href in _tree(page).xpath("//a/@href"):
        url = urlsplit(urljoin(address, href))
        if not url.netloc and url.scheme == "" and url.path:
            yield url._replace(fragment="").geturl()


@lru_cache(maxsize=1)
def _tree(page: str) -> HtmlElement:
    return html.fromstring(page) if page.strip() else html.Element("html")


def _controls(
    tree: HtmlElement, form: HtmlElement
) -> tuple[list[HtmlElement], list[HtmlElement]]:
    """Its fields and its buttons, also those elsewhere on the page that name it."""
    controls = [it for it in form.iter("input", "select", "textarea", "button")
                if it.get("form") is None]  # fmt: skip
    if key := form.get("id"):
        controls += tree.xpath("//*[@form=$key]", key=key)
    buttons = [it for it in controls if _is_button(it)]
    return [it for it in controls if it not in buttons and it.get("name")], buttons


def _is_button(control: HtmlElement) -> bool:
    if control.tag == "button":
        return bool(control.get("type", "submit") == "submit")
    return bool(control.tag == "input" and control.get("type") == "submit")


def _sent_by(
    button: HtmlElement,
    nth: int,
    form: HtmlElement,
    fields: tuple[FormField, ...],
    address: str,
) -> PageForm:
    """The form as sent by ``button``, the nth of its name; by Enter, where it has none."""
    shape = {_without_numbers(it.name) for it in fields}
    if name := button.get("name"):
        value = button.get("value", "")
        shape.add(f"{name}={value}" if value in _YES_OR_NO else f"{name} {nth}")
        fields = *fields, FormField(name, "submit", (value,))
    action = button.get("formaction", form.get("action")) or ""
    return PageForm(urljoin(address, action), fields, tuple(sorted(shape)))


def _without_numbers(name: str) -> str:
    return re.sub(r"\d+", "0", name)


def _sent(form: PageForm) -> list[tuple[str, tuple[str, ...]]]:
    return [(it.name, it.values) for it in form.fields if it.values]


def _path(address: str) -> str:
    return address.partition("?")[0]
