"""Texts that are made to take whoever reads them long, of any length."""

from collections.abc import Callable, Iterator
from itertools import count

#: What is repeated, by what it strains.
_PIECES = {
    "a letter": "x",
    "a number": "3 ",
    "a word": "eau ",
    "spaces": " ",
    "tabs": "\t",
    "line breaks": "\n",
    "line breaks of others": "\r\u2028",
    "capitals and accents": "É’à l’Œ ",
    "marks on one letter": "\u0301",
    "a sign that folds to words": "\ufdfa",
    "nothing that is seen": "\u200b\u202e",
    "no text": "\0\ufffe",
    "hyphens": "a-b-",
    "a line": "-",
    "another line": "_",
    "one sign": "@",
    "ends of sentences": ".",
    "semicolons": ";",
    "angles that open": "<",
    "angles that close": ">",
    "beginnings of encoded words": "=?",
    "words in brackets": "[a]",
    "a sign in disguise": "(at)",
    "words after commas": ",a",
    "points": "1.A.",
    "groups of digits": "1 000 ",
    "quantities": "entre 3 et 5 €/MWh ",
    "amounts": "0,5 k€ HT ",
    "telephones": "06 12 34 ",
    "dates": "12/03/2026 10:00 ",
    "ranges": "1-3, ",
    "wide ranges": "1-9999,",
    "commas": ",; ",
    "colons": "a:b:",
    "emoji": ":+1: ",
    "signs of code": "`",
    "fences": "```\n~~~\n",
    "emphasis": "*a_ **b",
    "strikes": "~~a ",
    "escapes": "\\[\\",
    "entities": "&amp; &#0; &",
    "links": "[a](b",
    "brackets": "[",
    "parentheses": "(a(",
    "angles": "<a <",
    "open tags": "<b title='<i x=\"",
    "bare links": "http://a.fr/?b www.a.fr ",
    "one long link": "http://a.b",
    "letters of other scripts": "東京都庁",
    "lines of links": "a.fr\n",
    "beginnings of links": "http:// ",
    "long words": "x" * 1_999 + " ",
    "notes": "[^1] ",
    "folded parts": "<details>\n",
    "folded parts of others": '[details="a"]\n<summary>a</summary>\n',
    "lists": "- [ ] a\n1. b\n",
    "tables": "|a|b|\n|-|-|\n",
    "cells": "|a",
    "titles": "# a\n===\n",
    "quotations": "> ",
    "quoted titles before words": "># a\nb\n",
    "quoted rules before rules": ">=\n=\n",
    "quoted fences before words": ">```\nx\n",
    "quoted code before words": ">     a\nb\n",
    "quoted lists before words": "> - # a\nb\n",
    "quoted titles in lists": "- > # a\n  b\n",
    "folded quotations": "<details>\n> # a\nb\n</details>\n",
    "quoted lines": "> > a\nb\n",
    "names": "@Jeanne Brunel ",
    "addresses": "a@b.fr, ",
    "addresses in disguise": "jean at b.fr (at) ",
    "addresses in angles": "<a@b",
    "signs of addresses": "a@",
    "attributions": "Le 12 mars 2026 à 10:00, Jeanne <j@b.fr> a écrit :\n",
    "attributions of many addresses": "@><@><@><@><1-aaa-\n",
    "verbs before addresses": "@><@><@>wrote<@ @><-\n",
    "no attributions": "Le 12 Jeanne <",
    "headers": "De : x\nEnvoyé : 12:00\n",
    "signatures": "-- \n",
    "rules": "_____\n----\n",
    "footers of lists": "__________\nPour se désinscrire : https://listes.fr/sympa\n",
    "attributions in runs": "Le 1111 sent sent sent sent sent :x\n",
    "forwarded between spaces": f"> {' ' * 70}Forwarded by{' ' * 140}x\n",
    "added between spaces": f"Sent from my x{' ' * 200};\n",
    "answers": "Re: TR : ",
    "lists' names": "[liste:1] ",
    "encoded words": "=?utf-8?q?a?= =?",
    "tables of HTML": "<table><tr><td>a",
    "quotations of HTML": "<blockquote>a",
    "hidden HTML": "<p style='display:none'>a</p><style>",
    "parts of a mail": "--x\n\na",
    "properties": 'dmarc=pass header.from=a "; ',
    "keys": "+abcdefghijklmnop@ /c/abcd ",
    "a word of English": "the ",
    "a stop word": "d'une ",
    "filters": 'sujet:"a -b* ',
}


def _different_words(length: int) -> str:
    return " ".join(f"mot{number}" for number in range(length // 8 + 1))[:length]


def _nested(opens: str, between: str, closes: str) -> Callable[[int], str]:
    def text(length: int) -> str:
        depth = max(1, length // len(opens + closes))
        return opens * depth + between + closes * depth

    return text


def _staircase(length: int) -> str:
    """A list within a list within a list."""
    lines, size = [], 0
    for depth in count():
        lines.append(f"{'  ' * (depth % 40)}- a")
        size += len(lines[-1]) + 1
        if size >= length:
            return "\n".join(lines)[:length]
    raise AssertionError


def _notes(length: int) -> str:
    """Half of it refers, half of it is referred to."""
    number = length // 16 + 1
    refers = "".join(f"[^{n}]" for n in range(number))
    return (refers + "".join(f"\n\n[^{n}]: a" for n in range(number)))[:length]


def _wide_table(columns: int, length: int) -> str:
    """A table of which each row but the first has one sign."""
    head = "|a" * columns + "\n" + "| - " * columns + "\n"
    return head + "|\n" * ((length - len(head)) // 2)


def _references(length: int) -> str:
    """A long address that is said once, and referred to many times."""
    return f"[a]: /{'b' * (length * 4 // 5)}\n\n{'[a] ' * (length // 25)}"


_SHAPES: dict[str, Callable[[int], str]] = {
    "different numbers": lambda length: ",".join(map(str, range(length // 6 + 1)))[:length],
    "different words": _different_words,
    "brackets in brackets": _nested("[", "a", "]"),
    "tags in tags": _nested("<div>", "a", "</div>"),
    "quotations in quotations": _nested("<blockquote>", "a", "</blockquote>"),
    "tags in a summary": lambda length: (
        f"<details><summary>{'<a <' * (length // 4 - 14)}</summary>\n\na\n</details>"
    ),
    "folded in folded": _nested("<details>\n", "a", "\n</details>"),
    "emphasis in emphasis": _nested("*a **", "b", "** c*"),
    "links in links": _nested("[", "a", "](b)"),
    "comments in comments": _nested("(", "a", ")"),
    "quotes that do not end": lambda length: '"' + '\\"' * (length // 2),
    "lists in lists": _staircase,
    "numbered notes": _notes,
    "references": _references,
    "rows that leave cells out": lambda length: _wide_table(60, length),
    "quoted rows that leave cells out": lambda length: _wide_table(60, length * 2 // 3).replace(
        "\n", "\n> "
    ),
    "one line after many": lambda length: "a\n" * (length // 2 - 1) + "b",
    "a line with an end": lambda length: "a " * (length // 2 - 2) + ":\n> b",
}


def hostile_texts(length: int) -> Iterator[tuple[str, str]]:
    """The name and ``length`` characters, or nearly so, of each kind of text."""
    for name, piece in _PIECES.items():
        yield name, (piece * (length // len(piece) + 1))[:length]
    for name, shape in _SHAPES.items():
        yield name, shape(length)
