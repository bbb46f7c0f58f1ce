"""What may be done about sheets, and the words for who may not. None asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.users.suspension import silenced_reason
from forum.base.rules import (
    is_author,
    may_moderate,
    may_reply,
    may_start_thread,
    no_reply_reason,
    refusal_reason,
    require,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from accounts.viewers.viewers import Viewer
    from forum.base.spaces.models import Space
    from forum.conversation.threads.models import Thread
    from forum.library.sheets.models import ExperienceSheet


def may_begin_sheet(viewer: Viewer) -> bool:
    """Whether ``viewer`` may begin a sheet: who may start a thread."""
    return may_start_thread(viewer)


def require_may_begin(viewer: Viewer) -> None:
    """Raise Refused unless ``viewer`` may begin a sheet."""
    words = _("Signez la charte pour écrire une fiche d’expérience.")
    if viewer.silenced_until:
        words = silenced_reason(viewer.silenced_until)
    require(may_begin_sheet(viewer), words)


def manages_sheet(viewer: Viewer, sheet: ExperienceSheet) -> bool:
    """Whether ``viewer`` began it: they publish it, invite co-authors, ask for reviews."""
    return viewer.person_id is not None and sheet.author_id == viewer.person_id


def may_edit_sheet(viewer: Viewer, sheet: ExperienceSheet, *, is_written: bool) -> bool:
    """Whether its authors may edit it: a draft, or a sheet to whose thread they may reply.

    ``is_written``: whether the viewer is one of them.
    """
    if sheet.thread is None:
        return is_written and may_begin_sheet(viewer)
    return is_written and may_reply(viewer, sheet.thread)


def require_may_edit(viewer: Viewer, sheet: ExperienceSheet, *, is_written: bool) -> None:
    """Raise Refused unless ``viewer`` may edit ``sheet``."""
    words = _("Une fiche d’expérience revient à ses auteurs.")
    if is_written and sheet.thread:
        words = refusal_reason(viewer, sheet.thread, no_reply_reason(sheet.thread))
    elif is_written and viewer.silenced_until:
        words = silenced_reason(viewer.silenced_until)
    elif is_written:
        words = _("Signez la charte pour écrire une fiche d’expérience.")
    require(may_edit_sheet(viewer, sheet, is_written=is_written), words)


def require_manages(viewer: Viewer, sheet: ExperienceSheet) -> None:
    """Raise Refused unless ``viewer`` began ``sheet`` and may write."""
    words = _("Ceci revient à qui a commencé cette fiche.")
    require(manages_sheet(viewer, sheet), words)
    require_may_begin(viewer)


def may_draw_sheet(viewer: Viewer, thread: Thread, *, took_part: bool) -> bool:
    """Whether ``viewer``, who took part or moderates, may draw a sheet from ``thread``."""
    is_source = thread.accepted_id is not None or thread.kind == "experience"
    is_one_of = took_part or is_author(viewer, thread) or may_moderate(viewer)
    return is_source and not thread.has_sheet and is_one_of and may_begin_sheet(viewer)


def may_publish_in(space: Space, origin_space: Space | None, *, is_shared: bool) -> bool:
    """Whether what was drawn from a thread of ``origin_space`` may be read in ``space``.

    What has words of several becomes public by the word of each, as a public version or by a
    move.
    """
    if is_shared and space.audience == "public":
        return False
    return origin_space is None or space.is_within(origin_space)


def require_publication_in(
    space: Space, origin_space: Space | None, *, is_shared: bool
) -> None:
    """Raise Refused unless a draft may be published in ``space``."""
    if is_shared and space.audience == "public":
        words = _("D’autres l’ont écrite avec vous, et chacun doit l’accepter avant que tous "
                  "la lisent : publiez-la dans un espace de membres, puis proposez-la au "
                  "public.")  # fmt: skip
    else:
        words = _("Cette fiche reprend un fil que d’autres ne lisent pas : choisissez un "
                  "espace où tous le lisent.")  # fmt: skip
    require(may_publish_in(space, origin_space, is_shared=is_shared), words)


def require_no_words_of(people: Iterable[User]) -> None:
    """Raise Refused where there are ``people``: those who write a draft no more.

    They agreed to it as they joined its authors, and are not asked any more.
    """
    names = ", ".join(person.full_name for person in people)
    words = _("%(names)s n’écrit plus cette fiche, où il reste de ses mots ou un de ses "
              "fichiers : invitez cette personne à nouveau, ou dites-le avec vos mots et "
              "retirez le fichier.")  # fmt: skip
    require(not names, words % {"names": names})
