"""One file on the wire for what is many in the source: stylesheets and ES modules joined.

A browser reads the sources as they are: ``@import`` and ``import`` are its own. For
production they are joined and minified when the static files are collected, so that a page
asks for one stylesheet and one script where the source has many.

A joined script has each of its modules once, in a function of its own that returns what it
exports. A module that two scripts import is written into both: it must keep no state.
"""

import posixpath
import re
from collections.abc import Callable

from lightningcss import process_stylesheet
from rjsmin import jsmin

OLDEST_BROWSERS = ["firefox 115", "safari 15", "ios_saf 15", "chrome 109", "edge 109"]
"""The oldest versions that pages work in, as docs/operators.md tells. Without them the
minifier writes what is shortest, such as ``(width <= 46rem)``, and drops plain values that
stand before richer ones."""

type Read = Callable[[str], str]
"""Gives the source of a static file, by its name."""

_CSS_IMPORT = re.compile(r'^@import "(?P<path>[^"]+)";\n', re.MULTILINE)
_JS_IMPORT = re.compile(
    r"^import (?:\{(?P<names>[\w\s,$]*)\} from )?\"(?P<path>\.{1,2}/[^\"]+)\";?\n", re.MULTILINE
)
_JS_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*?|const|class) (?P<name>\w+))", re.MULTILINE
)
_UNJOINABLE_CSS = re.compile(r"@import|url\(")
_UNJOINABLE_JS = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_NESTED_TEMPLATE = re.compile(r"`[^`]*\$\{[^`}]*`")


class UnjoinableError(ValueError):
    """A source is written in a way that cannot be joined."""


def bundle(name: str, read: Read) -> str:
    """The stylesheet or script ``name`` with all that it imports, minified."""
    if name.endswith(".css"):
        minified: str = process_stylesheet(
            _join_stylesheet(name, read), filename=name, browsers_list=OLDEST_BROWSERS
        )
    else:
        minified = jsmin(_join_script(name, read))
    return minified


def _resolve(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _join_stylesheet(name: str, read: Read, within: tuple[str, ...] = ()) -> str:
    _refuse_circles(name, within)
    joined = _CSS_IMPORT.sub(
        lambda match: _join_stylesheet(_resolve(name, match["path"]), read, (*within, name)),
        read(name),
    )
    if within and (match := _UNJOINABLE_CSS.search(joined)):
        raise UnjoinableError(f"{name}: {match[0]!r} cannot be joined with other stylesheets")
    return joined


def _join_script(name: str, read: Read) -> str:
    modules: dict[str, str] = {}
    body = _add_imports(name, read, modules, ())
    return "".join([*modules.values(), body])


def _add_imports(
    name: str, read: Read, modules: dict[str, str], within: tuple[str, ...]
) -> str:
    """Add what ``name`` imports to ``modules``; its source, which then takes it from there."""
    _refuse_circles(name, within)
    source = read(name)
    if _NESTED_TEMPLATE.search(source):
        raise UnjoinableError(f"{name}: rjsmin knows no template literal within another")

    def take(match: re.Match[str]) -> str:
        path = _resolve(name, match["path"])
        if path not in modules:
            body = _add_imports(path, read, modules, (*within, name))
            modules[path] = _as_function(body, f"$module{len(modules)}")
        if match["names"] is None:  # For what it does, not for what it exports.
            return ""
        variable = f"$module{list(modules).index(path)}"
        return f"const {{{match['names']}}} = {variable}\n"

    source = _JS_IMPORT.sub(take, source)
    plain = _JS_EXPORT.sub("", source)
    if match := _UNJOINABLE_JS.search(plain):
        raise UnjoinableError(f"{name}: {match[0]!r} cannot be joined")
    return source


def _as_function(source: str, variable: str) -> str:
    names = ",".join(match["name"] for match in _JS_EXPORT.finditer(source))
    body = _JS_EXPORT.sub("", source)
    return f"const {variable} = (() => {{\n{body}\nreturn {{{names}}}\n}})()\n"


def _refuse_circles(name: str, within: tuple[str, ...]) -> None:
    if name in within:
        raise UnjoinableError(f"{name} imports itself, through {within[-1]}")
