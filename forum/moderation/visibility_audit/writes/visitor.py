"""A role at its browser."""

from collections.abc import Container, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django import shortcuts
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from forum.moderation.visibility_audit.roles import Role, sign_in
from forum.moderation.visibility_audit.writes.page_forms import PageForm


class Visitor:
    """A role at its browser. Whatever it asks for or sends is to be undone by the caller."""

    def __init__(self, role: Role) -> None:
        """A browser in which ``role`` has just signed in."""
        self.role = role
        self._client = Client(raise_request_exception=False)
        self._own: dict[str, str] = {"writer": ""}
        if role.person:
            sign_in(self._client, role.person)
            self._own = {"writer": str(role.person.pk), "typed_name": role.person.full_name}
        self._cookies = self._client.cookies.copy()

    def get(self, address: str) -> HttpResponse:
        """What it is answered there."""
        self._client.cookies = self._cookies.copy()  # type: ignore[assignment]
        return self._client.get(address, secure=True)  # type: ignore[return-value]

    def post(self, form: PageForm) -> HttpResponse:
        """What ``form`` is answered, of which it says that it wrote it.

        It is known to no rate limit, and nothing is kept of what others sent.
        """
        data = form.data()
        data |= {name: value for name, value in self._own.items() if name in data}
        cache.clear()
        self._client.cookies = self._cookies.copy()  # type: ignore[assignment]
        return self._client.post(  # type: ignore[return-value]
            form.address, data, secure=True
        )


@contextmanager
def pages_left_blank(names: Container[str] | None = None) -> Iterator[None]:
    """A block in which views write what they write, and their pages are not rendered.

    All pages, or those of templates of these ``names``.
    """
    loader = shortcuts.loader  # type: ignore[attr-defined]

    def render_to_string(name: str, *args: Any, **options: Any) -> str:
        is_blank = names is None or name in names
        return "" if is_blank else loader.render_to_string(name, *args, **options)

    shortcuts.loader = SimpleNamespace(  # type: ignore[attr-defined]
        render_to_string=render_to_string
    )
    try:
        yield
    finally:
        shortcuts.loader = loader  # type: ignore[attr-defined]
