"""Texts that a regular expression takes long to refuse, made from its own repetitions.

Where two repetitions can take the same signs, an expression that does not match in the end
tries each way to share them: squares of the length for two, cubes for three.
"""

import re
from collections.abc import Callable, Iterator
from re import _constants as sre
from re import _parser as parser
from typing import Any

_CLASSES = {sre.IN, sre.NOT_LITERAL, sre.ANY}
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
#: Signs that are tried where one is needed that an expression takes.
_SIGNS = " a1-_.:<>@,/\t\n|*"
#: What ends a text so that it is not what the expression asks for.
_ENDS = ("", "\0", "x", "\n\0", "!")
#: A repetition of fewer is none that takes long.
_MANY = 4
#: Stands after what was repeated, until the text is made.
_MARK = "\ue000"


class _Writer:
    """Writes what an expression matches, with the first letter of ``piece`` where it may be.

    Repeated up to ``length`` is each repetition that takes ``piece``, or the one whose number
    is ``alone``, whatever it repeats; others are as short as can be. ``chosen``: the number of
    a choice, and which of its alternatives is taken; of other choices it is the first.
    """

    def __init__(
        self, piece: str, length: int, chosen: tuple[int, int] = (-1, 0), alone: int = -1
    ) -> None:
        self._piece, self._length = piece, length
        self._chosen, self._alone = chosen, alone
        self._groups: dict[int, str] = {}
        #: How many alternatives each choice has.
        self.choices: list[int] = []
        #: How many repetitions there are.
        self.repeats = 0

    def write(self, nodes: Any) -> str:
        """What these ``nodes`` match, one after another."""
        return "".join(self._one(kind, about) for kind, about in nodes)

    def _one(self, kind: Any, about: Any) -> str:
        if kind is sre.LITERAL:
            return chr(about)
        if kind in _CLASSES:
            signs = (one for one in (self._piece[0], *_SIGNS) if _takes(kind, about, one))
            return next(signs, None) or _first_of(about)
        if kind is sre.BRANCH:
            number, taken = self._chosen
            self.choices.append(len(about[1]))
            is_chosen = number == len(self.choices) - 1
            return self.write(about[1][taken if is_chosen else 0])
        if kind is sre.SUBPATTERN:
            self._groups[about[0]] = written = self.write(about[3])
            return written
        if kind is sre.ATOMIC_GROUP:
            return self.write(about)
        if kind is sre.GROUPREF:
            return self._groups.get(about, "")
        if kind in _REPEATS:
            return self._repeat(*about)
        return ""  # Where it stands, or what stands around it.

    def _repeat(self, least: int, most: Any, nodes: Any) -> str:
        number, self.repeats = self.repeats, self.repeats + 1
        one = self.write(nodes).replace(_MARK, "")
        takes = len(nodes) == 1 and nodes[0][0] in _CLASSES
        if takes and all(_takes(*nodes[0], sign) for sign in self._piece):
            one = self._piece
        is_meant = number == self._alone if self._alone >= 0 else one == self._piece
        if most < _MANY or not is_meant:
            return one * least
        return one * min(int(most), self._length // max(1, len(one))) + _MARK


def _takes(kind: Any, about: Any, sign: str) -> bool:
    if kind is sre.ANY:
        return sign != "\n"
    if kind is sre.NOT_LITERAL:
        return sign != chr(about)
    is_negated = about[0][0] is sre.NEGATE
    return any(_is_of(sign, *one) for one in about[is_negated:]) != is_negated


def _is_of(sign: str, kind: Any, about: Any) -> bool:
    if kind is sre.LITERAL:
        return sign == chr(about)
    if kind is sre.RANGE:
        return about[0] <= ord(sign) <= about[1]
    name = str(about).removeprefix("CATEGORY_")
    tests: dict[str, Callable[[str], bool]] = {"SPACE": str.isspace, "DIGIT": str.isdigit}
    test = tests.get(name.removeprefix("NOT_"), lambda one: one.isalnum() or one == "_")
    return test(sign) != name.startswith("NOT_")


def _first_of(about: Any) -> str:
    """A sign of a class that has none of ours."""
    kind, value = about[0]
    return chr(value if kind is sre.LITERAL else value[0])


def pumped_texts(expression: re.Pattern[Any], length: int) -> Iterator[str]:
    """Texts of some ``length``, each once, that strain ``expression``, the shortest first."""
    pattern = expression.pattern
    written = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    nodes = parser.parse(written, expression.flags & ~re.DEBUG)
    counted = _Writer("a", 1)
    counted.write(nodes)
    choices = [(n, one) for n, many in enumerate(counted.choices) for one in range(1, many)]
    pieces = {" ", "a", "1", "-"}
    for kind, about in _inner_nodes(nodes):
        if kind in _REPEATS and len(one := _Writer("a", 1).write(about[2])) == 1:
            pieces.add(one)
    for word in _WORD.findall(written):
        pieces |= {f" {word} ", f" 1 {word} "}
    made: set[str] = set()
    for chosen in [(-1, 0), *choices]:
        writers = [_Writer(piece, length, chosen) for piece in sorted(pieces)]
        writers += [_Writer("a", length, chosen, n) for n in range(counted.repeats)]
        for writer in writers:
            text = writer.write(nodes)
            for whole in (text, text.rpartition(_MARK)[0]) if _MARK in text else ():
                made |= {whole.replace(_MARK, "")[: 2 * length] + end for end in _ENDS}
    yield from sorted(made, key=len)


def _inner_nodes(nodes: Any) -> Iterator[tuple[Any, Any]]:
    """``nodes`` and all within them."""
    for kind, about in nodes:
        yield kind, about
        within = _WITHIN.get(kind)
        for one in within(about) if within else ():
            yield from _inner_nodes(one)


_WITHIN: dict[Any, Callable[[Any], Any]] = {
    sre.BRANCH: lambda about: about[1],
    sre.SUBPATTERN: lambda about: [about[3]],
    sre.ATOMIC_GROUP: lambda about: [about],
    **dict.fromkeys(_REPEATS, lambda about: [about[2]]),
}
#: Words of an expression.
_WORD = re.compile(r"[^\W\d_]{3,}")
