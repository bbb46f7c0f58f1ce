"""Who read a space when a form was shown, and whether others read it when the form is sent.

A form has in a field what its line "Who will read this?" said. What is sent when more people
read than that is refused once, and shown again with the line of today: nothing that was
written for some is published to others.
"""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from forum.base.readership import Readership, readership_of
from forum.base.rules import Refused
from forum.base.spaces.models import Space

#: People up to which each new reader of a space counts: one can still know who they are.
SMALL_AUDIENCE = 100

#: The end of the stamp of a space that tells of public titles.
_TITLES = ".titles"


class ReadersChanged(Refused):
    """Others read the space than the form showed, or its thread is in another."""


def stamps(readerships: Iterable[Readership]) -> str:
    """The value in the form that shows these ``readerships``, for ``require_shown_readers``."""
    return " ".join(readership.stamp for readership in readerships)


def stamps_with_titles(space_readerships: Iterable[tuple[Space, Readership]]) -> str:
    """The same in a form that begins a thread, which tells where titles are public, too."""
    return " ".join(
        f"{readership.stamp}{_TITLES}" if space.public_titles_since else readership.stamp
        for space, readership in space_readerships
    )


def shows_public_titles(space: Space, shown: str) -> bool:
    """Whether the form with the stamps ``shown`` said that titles in ``space`` are public."""
    titled = [stamp for stamp in shown.split() if stamp.endswith(_TITLES)]
    return str(space.pk) in [stamp.split(".")[1] for stamp in titled]


def require_shown_readers(space: Space, shown: str, number: int | None = None) -> None:
    """Raise ReadersChanged where ``space`` is read by others than a form said.

    ``shown`` are the ``stamps`` in the form; without any, nothing is asked. In an
    audience of ``SMALL_AUDIENCE`` people at most everyone who has joined counts, in a larger
    one those who read it by break-glass access. ``number``: as for ``readership_of``.
    """
    spaces = {int(it[1]): (int(it[2]), it[3].split("-")) for it in _STAMP.finditer(shown)}
    if not spaces:
        return
    if space.pk not in spaces:
        raise ReadersChanged(
            _("Ce fil a changé d’espace : voyez qui le lira désormais, puis renvoyez.")
        )
    people, accesses = spaces[space.pk]
    now = readership_of(space, number)
    if any(str(it.access_id) not in accesses for it in now.break_glass_readers):
        raise ReadersChanged(
            _("Cette pièce vient d’être ouverte : voyez qui vous lira, puis renvoyez.")
        )
    if people < (now.people or 0) <= SMALL_AUDIENCE:
        raise ReadersChanged(
            _("D’autres personnes lisent désormais ici : voyez qui vous lira, puis renvoyez.")
        )


_STAMP = re.compile(r"(?a)\b\d{1,18}\.(\d{1,18})\.(\d{1,9})\.([\d-]{0,400})")
