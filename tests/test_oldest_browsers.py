"""Stylesheets and scripts ask no more than the oldest browsers know, or say what else shows.

The oldest are Firefox 115, Safari 15 and Chrome 109 (docs/operators.md). Of stylesheets what
production serves is read, as the minifier writes it: it, too, may write what is younger.
"""

import re

import pytest

from forum.site.static_bundles import bundle
from tests.test_static_files import ON_PAGES, our_files, source

#: What all of them know.
PLAIN = {
    *("@media", "@keyframes", "@supports"),
    *("min-width", "max-width", "prefers-color-scheme", "prefers-reduced-motion", "pointer"),
    *(":root", ":hover", ":focus", ":focus-within", ":checked", ":empty", ":target", ":link"),
    *(":is(", ":not(", ":where(", ":first-child", ":last-child", ":nth-child("),
    *(":before", ":after", "::placeholder", "::marker", "::file-selector-button"),
    *("var()", "calc()", "min()", "max()", "clamp()", "minmax()", "repeat()", "rotate()"),
    *("attr()", "counter()", "inset()", "linear-gradient()", "translateY()", "scale()"),
    *("px", "rem", "em", "ch", "vw", "vh", "fr", "s", "ms", "deg", "mm", "cm"),
}  # fmt: skip
#: What some do not know, and what they show instead.
ENHANCEMENTS = {
    ":has(": "a rule drops that aligns, colours, keeps in sight or hides what has no use; each "
    "stands alone",
    ":focus-visible": "the browser's own ring, since none is taken away but by such a rule",
    "::backdrop": "a page that is not dimmed behind what is open",
    ":placeholder-shown": "an empty field that could have been left out",
    "clip": "a corner that is not round",
    "scripting": "room that comes with what a script fills in; buttons that need one",
    "forced-colors": "what the system paints",
    "dvh": "a page as high as with the address bar away: `vh` stands before it",
}
#: Syntax and calls of scripts that some do not know: the first stop a whole module.
YOUNG_IN_SCRIPTS = {
    "lookbehind": r"\(\?<[=!]",
    "static block": r"\bstatic \{",
    "private name looked up": r"#\w+ in ",
    "await outside functions": r"^(?:const .*= )?await ",
    "flags of patterns": r"/[a-z]*[dv][a-z]*\.(?:test|exec)",
    "AbortSignal": r"AbortSignal\.\w+",
    "Object and Promise": r"Object\.(?:hasOwn|groupBy)|Promise\.(?:withResolvers|try)",
    "arrays": r"\.(?:at|findLast|findLastIndex|toSorted|toReversed|toSpliced|with)\(",
    "reflected ARIA": r"\.aria[A-Z]\w+|\.role\b",
    "randomUUID": r"randomUUID\(",
    "clones and locks": r"structuredClone|navigator\.locks|URL\.canParse",
    "forms": r"requestSubmit|checkVisibility|showPicker",
    "popovers": r"(?:show|hide|toggle)Popover|startViewTransition|\.inert\b",
    "selectors": r":has\(|:popover-open|:modal|:open\b",
}


def rules(css, within=()):
    """Each rule of a stylesheet: the at-rules around it, its selector, its declarations."""
    start = depth = 0
    for at, character in enumerate(css):
        if character == "{":
            depth += 1
            if depth == 1:
                prelude, body_at = css[start:at].rpartition(";")[2].strip(), at + 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                body = css[body_at:at]
                if "{" in body:
                    yield from rules(body, (*within, prelude))
                else:
                    yield within, prelude, body
                start = at + 1


def asked_for(css):
    """What the rules of a stylesheet ask of a browser outside ``@supports``."""
    for within, selector, body in rules(css):
        if any(outer.startswith("@supports") for outer in within):
            continue
        for outer in within:
            yield from re.findall(r"^@[\w-]+", outer)
            if outer.startswith("@media"):
                yield from re.findall(r"\(([\w-]+)\b(?= *[:)])", outer)
                yield from re.findall(r"[<>]=?", outer)
            elif not outer.startswith("@"):
                yield "nested rule"
        if not any(outer.startswith("@keyframes") for outer in within):
            yield from re.findall(r"::?[\w-]+\(?", selector)
            yield from re.findall("&", selector)
        yield from _values(body)


def _values(body):
    body = re.sub(r"\"[^\"]*\"", '""', body)
    for declaration in filter(None, body.split(";")):
        value = declaration.partition(":")[2]
        yield from (name + "()" for name in re.findall(r"([\w-]+)\(", value))
        yield from re.findall(r"(?<![\w#.-])[-+]?[\d.]+([a-z]+)", value)
        if declaration == "overflow:clip":
            yield "clip"


@pytest.mark.parametrize("name", sorted(it for it in ON_PAGES if it.endswith(".css")))
def test_what_an_old_browser_does_not_know_stands_in_a_supports_rule_or_has_its_reason(name):
    assert {*asked_for(bundle(name, source))} - PLAIN - ENHANCEMENTS.keys() == set()


@pytest.mark.parametrize(
    ("css", "young"),
    [
        ("a{color:light-dark(#000,#fff)}", "light-dark()"),
        ("@supports (color:red){a{b:c}}@media (width<=46rem){a{b:c}}", "<="),
        ("@layer a{p{color:tan}}", "@layer"),
        (".a{color:tan;& b{color:red}}", "nested rule"),
        ("nav:popover-open{display:grid}", ":popover-open"),
        ("a{background:var(--a);border:1px solid color-mix(in oklab,red,tan)}", "color-mix()"),
    ],
)
def test_the_check_sees_each_kind_of_feature(css, young):
    assert young in set(asked_for(css))


def test_a_stylesheet_keeps_its_plain_values_and_widths_as_it_is_minified():
    css = bundle(
        "page.css",
        lambda _: (
            "@media (max-width: 46rem) { a { color: tan } }\n"
            "b { min-height: 100vh; min-height: 100dvh }\n"
        ),
    )

    assert css == "@media (max-width:46rem){a{color:tan}}b{min-height:100vh;min-height:100dvh}"


@pytest.mark.parametrize("name", our_files("js"))
def test_scripts_call_nothing_that_an_old_browser_lacks(name):
    code = re.sub(r"^\s*(//|\*|/\*).*$|\s// .*$", "", source(name), flags=re.MULTILINE)

    assert {
        what: found
        for what, pattern in YOUNG_IN_SCRIPTS.items()
        if (found := re.findall(pattern, code, re.MULTILINE))
    } == {}
