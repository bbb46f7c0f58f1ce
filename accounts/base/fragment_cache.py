"""HTML rendered once, and kept in the process under all that it was rendered from.

A key holds every value that the HTML shows, and the language it says it in. So what is kept
is never out of date: when a value changes, another key is asked for, and the old one is
forgotten in its turn. There is nothing to invalidate and nobody to tell.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from sys import getsizeof
from threading import Lock
from typing import Any

from cachetools import LRUCache
from cachetools.keys import hashkey
from django.db.models import Model
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression
from django.template.loader import get_template
from django.utils.functional import LazyObject, Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.base.template_loader import Loader

#: Bytes that a process keeps, about. An article takes some eight thousand.
MAX_BYTES = 48 * 2**20
#: What a key and its place take beside the HTML, about.
_ENTRY_OVERHEAD = 2000


class FragmentCache:
    """Texts by key; those not asked for since longest make room. Threads may share it."""

    def __init__(self, max_bytes: int) -> None:
        """Keep about ``max_bytes`` bytes."""
        self._texts: LRUCache[Hashable, str] = LRUCache(
            max_bytes, getsizeof=lambda text: getsizeof(text) + _ENTRY_OVERHEAD
        )
        self._lock = Lock()

    def get_many(self, keys: Iterable[Hashable]) -> list[str | None]:
        """The texts of ``keys``, in their order, None for what is not kept."""
        with self._lock:
            return list(map(self._texts.get, keys))

    def get_or_render(self, key: Hashable, render: Callable[[], str]) -> str:
        """The text of ``key``, kept or, where it is not, from ``render``.

        It is kept unless it alone is too large; what has no room left is forgotten.
        """
        with self._lock:
            text: str | None = self._texts.get(key)
        if text is None:
            text = render()
            with self._lock, suppress(ValueError):
                self._texts[key] = text
        return text


_cache = FragmentCache(MAX_BYTES)


class TemplateFragment:
    """A part of a template that shows rows: ``key`` is all that it shows of one."""

    def __init__(self, template: str, partial: str) -> None:
        """Name the template and the part of it."""
        self._template, self._partial = template, partial

    def get_many[Key: Hashable](self, keys: Iterable[Key]) -> dict[Key, str | None]:
        """``{key: HTML}`` of each of ``keys``, None for what is not kept."""
        prefix, asked = self._key_prefix(), list(keys)
        htmls = _cache.get_many((*prefix, key) for key in asked)
        return dict(zip(asked, htmls, strict=True))

    def render(self, key: Hashable, **context: Any) -> str:
        """The HTML of ``key``, kept or rendered from a context that holds nothing else."""
        part = f"{self._template}#{self._partial}"
        return _cache.get_or_render(
            (*self._key_prefix(), key), lambda: get_template(part).render(context)
        )

    def _key_prefix(self) -> tuple[Hashable, ...]:
        return self, Loader.generation, get_language()


class FragmentCacheNode(Node):
    """``{% cached a=… b=… %}…{% endcached %}``: within, nothing is known but these values.

    What has no value stays with the node, a text a language.
    """

    #: Where Django looks, at each page, for blocks that another template fills: not within.
    child_nodelists = ()

    def __init__(self, values: Mapping[str, FilterExpression], nodelist: NodeList) -> None:
        """Keep the expressions of the values, and what is between the tags."""
        self._values, self.nodelist = values, nodelist
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """What was kept for these values, or is rendered now."""
        if not self._values:
            language = get_language()
            if (text := self._texts.get(language)) is None:
                text = self._texts[language] = self.nodelist.render(context.new({}))
            return text
        values = {name: _key_value(it.resolve(context)) for name, it in self._values.items()}
        key = hashkey(self, get_language(), *values.values())  # Its hash is worked out once.
        return _cache.get_or_render(key, lambda: self.nodelist.render(context.new(values)))


def row_values(instance: Model, paths: Sequence[str]) -> tuple[Any, ...]:
    """What ``values_list(*paths)`` gives for ``instance``, from what is loaded of it."""
    values = []
    for path in paths:
        it: Any = instance
        for name in path.split("__"):
            it = None if it is None else getattr(it, name)
        values.append(it)
    return tuple(values)


#: Most values: they are keys as they are.
_PLAIN_TYPES = frozenset({str, SafeString, int, bool, type(None)})


def _key_value(value: Any) -> Any:
    """``value``, fit for a key: of no request, and equal only to what shows the same."""
    if type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, LazyObject):
        _make, (value,) = value.__reduce__()  # What it wraps, known from now on.
    if isinstance(value, Model):
        raise TypeError(f"{value!r} shows more than its key tells: name what is shown of it.")
    if isinstance(value, list):
        return tuple(map(_key_value, value))
    return str(value) if isinstance(value, Promise) else value
