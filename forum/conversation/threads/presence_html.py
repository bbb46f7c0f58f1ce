"""The lines of a thread's page that say who else reads it and who is writing.

Members are shown names, anyone else a number.
"""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, pgettext

#: Names given before "and so many others".
MAX_NAMES = 4


def readers_html(total: int) -> SafeString:
    """The element that says how many read; empty for one alone."""
    if total < 2:
        return _element("readers", "")
    text = ngettext("%(n)d personne lit ce fil", "%(n)d personnes lisent ce fil", total)
    return _element("readers", text % {"n": total})


def other_readers_html(names: Sequence[str], total: int) -> SafeString:
    """The element that says who of ``total`` others reads, by ``names``; empty for nobody."""
    if total < 1:
        return _element("readers", "")
    text = ngettext("%(who)s lit aussi ce fil", "%(who)s lisent aussi ce fil", total)
    return _element("readers", text % {"who": _join_names(names, total - len(names))})


def writers_html(names: Sequence[str], total: int) -> SafeString:
    """The element that says who is writing, by ``names`` or ``total``; empty for nobody."""
    if total == 0:
        return _element("writers", "")
    if not names:
        text = ngettext(
            "Quelqu’un écrit une réponse…", "%(n)d personnes écrivent une réponse…", total
        )
        return _element("writers", text % {"n": total})
    values = {"who": _join_names(names, total - len(names))}
    text = ngettext("%(who)s écrit une réponse…", "%(who)s écrivent une réponse…", total)
    return _element("writers", text % values)


def _element(name: str, text: str) -> SafeString:
    return format_html('<p class="presence" id="thread-{}">{}</p>', name, text)


def _join_names(names: Sequence[str], others: int) -> str:
    if others > 0:
        rest = ngettext("%(n)d autre personne", "%(n)d autres personnes", others) % {
            "n": others
        }
        names = [*names, rest]
    if len(names) == 1:
        return names[0]
    return pgettext("a list of names", "%(first)s et %(last)s") % {
        "first": ", ".join(names[:-1]),
        "last": names[-1],
    }
