"""Links of mails that open the page of a consultation with an answer chosen.

Nothing is counted before it is confirmed there: programs open the links of mails too, and who
was sent one on answers for themselves or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode


def answer_query(answer: object, version: int) -> str:
    """What follows the address of the page where ``answer`` is chosen, of this version."""
    return "?" + urlencode({"reponse": answer, "version": version})


def chosen_answer(params: Mapping[str, str], version: int) -> str:
    """The answer that a link chose; empty without one, and of a text that has changed since."""
    return params.get("reponse", "") if params.get("version") == str(version) else ""
