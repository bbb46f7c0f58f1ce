"""Who else is on a thread's page, in words: who reads it, who is writing a reply.

Members are named to members; anyone else is told a number.
"""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

#: Names given before "and so many others".
MAX_NAMES = 4


def readers_html(names, total):
    """The element that says who reads: nothing to say of one who is alone."""
    if total < 2:
        return _element("readers", "")
    if not names:
        return _element(
            "readers",
            ngettext("%(n)d personne lit ce fil", "%(n)d personnes lisent ce fil", total)
            % {"n": total},
        )
    others = total - len(names)
    who = _join_names(names, others)
    return _element("readers", _("%(who)s lisent ce fil") % {"who": who})


def writers_html(names, total):
    """The element that says who is writing."""
    if total == 0:
        return _element("writers", "")
    if not names:
        text = ngettext(
            "Quelqu’un écrit une réponse…", "%(n)d personnes écrivent une réponse…", total
        )
        return _element("writers", text % {"n": total})
    who = {"who": _join_names(names, total - len(names))}
    text = ngettext("%(who)s écrit une réponse…", "%(who)s écrivent une réponse…", total)
    return _element("writers", text % who)


def _element(what, words):
    return format_html('<p class="company" id="thread-{}">{}</p>', what, words)


def _join_names(names, others):
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
