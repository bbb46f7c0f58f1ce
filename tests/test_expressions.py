"""No regular expression of the product takes longer than the length of what it is asked of."""

import re
from collections.abc import Iterator
from time import process_time
from typing import Any

import pytest
from django.db import connection

from tests.pumped_texts import pumped_texts
from tests.stateful import seeds
from tests.test_house import CODE
from tests.test_linear_readers import modules

pytestmark = [
    pytest.mark.no_cover,  # What notes lines would be timed, too.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="no database reads texts"),
]

#: Characters, and the seconds that one text of as many, or twice as many, may take. Mail of
#: 200,000 characters in lines of 300 then takes two seconds at most.
_LINE, _SECONDS_OF_LINE = 300, 0.003
_LONG, _SECONDS_OF_LONG = 6_000, 0.03
#: Texts of each expression that are tried where they are long.
_MANY = 300
#: Those that are asked of no long text, by why not.
_OF_SHORT = {
    "forum.mail.incoming_mail.subjects._NUMBER": "a word in brackets, of 60 characters",
    "forum.mail.incoming_mail.quotations._SHARED": "a line of 300 characters",
}


def expressions() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The name and the value of each expression that a module holds, once."""
    seen = set()
    for module in modules():
        for name, value in vars(module).items():
            for number, one in enumerate(_patterns(value)):
                if (one.pattern, one.flags) not in seen:
                    seen.add((one.pattern, one.flags))
                    yield f"{module.__name__}.{name}" + (f"[{number}]" if number else ""), one


def _patterns(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | dict):
        inner = value.values() if isinstance(value, dict) else value
        yield from (one for one in inner if isinstance(one, re.Pattern))


def questions(name: str, expression: re.Pattern[Any]) -> list[Any]:
    """The methods of ``expression`` by which the product asks it, as its source says."""
    module, _point, variable = name.partition("[")[0].rpartition(".")
    place = module.replace(".", "/")
    own = [CODE.get(f"{place}.py") or CODE[f"{place}/__init__.py"]]
    uses = [
        use
        for source in (own if variable.startswith("_") else CODE.values())
        for use in _uses(variable, source)
    ]
    if uses and {*uses} <= {"match", "fullmatch"}:
        return [getattr(expression, method) for method in sorted({*uses})]
    return [expression.search]


def _uses(name: str, source: str) -> Iterator[str]:
    """The method asked wherever ``name`` stands in ``source``, but where it is set or named."""
    for line in source.split("\n"):
        if not line.startswith((name, "from ", "    " + name + ",")):
            for found in re.finditer(rf"(?<!is )\b{name}\b(?:\.(\w+))?", line):
                yield found[1] or "?"


def seconds(question: Any, text: Any) -> float:
    begun = process_time()
    question(text)
    return process_time() - begun


def faults(length: int, most: float, many: int | None = None) -> list[str]:
    """The expressions that take longer than ``most`` seconds, and of what.

    ``many``: how many texts of each, at most, are tried, from all of them.
    """
    found = []
    for name, expression in expressions():
        if length > _LINE and name in _OF_SHORT:
            continue
        asked, is_text = questions(name, expression), isinstance(expression.pattern, str)
        for size in (length // 16, length // 4, length):  # What takes for ever ends soon.
            texts = list(pumped_texts(expression, size))
            step = max(1, len(texts) // many) if many else 1
            given = (it if is_text else it.encode("latin-1", "replace") for it in texts[::step])
            fault = next(filter(None, (_fault(asked, one, most) for one in given)), None)
            if fault:
                found.append(f"{name}.{fault}")
                break
    return found


def _fault(asked: list[Any], text: Any, most: float) -> str:
    for question in asked:
        # Another process may share the core: the best of three.
        if all(seconds(question, text) > most for _time in range(3)):
            return f"{question.__name__}: {text[:30]!r} … {text[-10:]!r}"
    return ""


@pytest.mark.deep
def test_no_expression_takes_long_of_a_line():
    assert faults(_LINE, _SECONDS_OF_LINE) == []


@pytest.mark.deep
def test_no_expression_takes_long_of_a_long_text():
    assert faults(_LONG, _SECONDS_OF_LONG, _MANY) == []


@pytest.mark.parametrize(
    "pattern",
    seeds(r"^\s*x?\s*$", r"(a+)+$", r"^>\s+by\s.{1,80}\s*[:]?\s*$", r"Le\b.*\d.*sent.*!$"),
)
def test_an_expression_that_tries_all_ways_is_found(pattern):
    expression = re.compile(pattern)
    taken = 0.0
    for length in (12, 24, 100, 1_000, 3_000):
        texts = list(pumped_texts(expression, length))
        for text in texts[:: max(1, len(texts) // 200)]:
            taken = max(taken, seconds(expression.search, text))
            if taken > 0.02:
                return

    pytest.fail(f"the longest took {taken} s")
