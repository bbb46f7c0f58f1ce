"""Why a file is not taken, in words: said by the page before it is sent, else by its answer."""

from django.conf import settings
from django.utils.translation import gettext as _

from forum.base.rules import Refused
from forum.conversation.files.file_types import accepted_endings, is_what_it_says
from forum.conversation.files.names import ending_of
from forum.conversation.files.sizes import size_in_words


class FileRefused(Refused):
    """A file is not taken; the text says why."""

    status = 422


def require_acceptable(name: str, size: int) -> None:
    """Raise FileRefused where no file of this clean ``name`` and ``size`` is taken."""
    if not size:
        raise FileRefused(empty(name))
    if size > settings.FORUM_FILE_LIMITS["file"]:
        raise FileRefused(too_large(name, size_in_words(size)))
    if ending_of(name) not in accepted_endings():
        raise FileRefused(not_accepted(name))


def require_what_it_says(name: str, head: bytes) -> None:
    """Raise FileRefused where a file that begins with ``head`` is not what ``name`` says."""
    ending = ending_of(name)
    if not is_what_it_says(ending, head):
        words = _("« %(name)s » n’est pas ce que dit son nom : un fichier %(type)s.")
        raise FileRefused(words % {"name": name, "type": ending.upper()})


def empty(name: str) -> str:
    """The reason why a file without content is not taken."""
    return _("« %(name)s » est vide.") % {"name": name}


def too_large(name: str, size: str) -> str:
    """The reason why one file is too many bytes; ``size`` is in words."""
    words = _("« %(name)s » pèse %(size)s ; un fichier en pèse %(most)s au plus.")
    most = size_in_words(settings.FORUM_FILE_LIMITS["file"])
    return words % {"name": name, "size": size, "most": most}


def not_accepted(name: str) -> str:
    """The reason why files of this kind are not taken."""
    words = _("« %(name)s » n’est pas d’un type accepté ici : %(types)s.")
    types = ", ".join(it.upper() for it in accepted_endings())
    return words % {"name": name, "types": types}


def no_quota_left(name: str) -> str:
    """The reason why nothing more can be kept; the words of the quota say how much is left."""
    return _("Il n’y a plus assez de place pour « %(name)s ».") % {"name": name}
