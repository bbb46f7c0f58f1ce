"""Grammalecte's findings, run by the system's Python, whose package it is.

Standard input is a JSON list of texts, standard output one of the findings of each: pairs of
the words and what is said of them.
"""

import json
import sys

from grammalecte import GrammarChecker

checker = GrammarChecker("fr")


def findings(text):
    """What Grammalecte says of ``text``."""
    grammar, spelling = checker.getParagraphErrors(text)
    said = [
        (text[it["nStart"] : it["nEnd"]], f"{it['sRuleId']}: {it['sMessage']}")
        for it in grammar
    ]
    return said + [(it["sValue"], "unknown word") for it in spelling]


json.dump([[*findings(text)] for text in json.load(sys.stdin)], sys.stdout)
