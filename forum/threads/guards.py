"""The first two steps of every action: find, see and lock in one query; then ask."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum import rules, visibility
from forum.threads.models import Thread


class Refused(PermissionDenied):
    """A rule says no to an actor who does see the thing; the message says why."""


def thread_for_update(thread_id, actor, rule=visibility.threads):
    """The thread as it stands, with its space, held still until the transaction ends.

    Nobody acts on what they cannot see: raise Thread.DoesNotExist where ``rule`` hides it.
    """
    # PostgreSQL looks for the thread in the space where it was when the wait began: one that
    # moved meanwhile is there at the second look, if the actor sees where it went.
    for _look in range(2):
        if found := _THREAD_FOR_UPDATE.first(actor.rights, rule, pk=thread_id):
            return found
    raise Thread.DoesNotExist


def _thread_for_update(rights, rule, pk):
    threads = Thread.objects.visible_to(rights, rule).filter(pk=pk)
    return threads.select_related("space").select_for_update(of=("self",), no_key=True)


_THREAD_FOR_UPDATE = CompiledQuery(_thread_for_update, "pk")


def require(allowed, why):
    """Raise Refused, saying ``why``, unless ``allowed``."""
    if not allowed:
        raise Refused(why)


def read_only_reason(space):
    """Why nobody who only reads ``space`` writes there."""
    if space.group_id:
        return _("Ce groupe est archivé : on le lit, on n’y écrit plus.")
    return _("Vous avez ouvert cette pièce pour la lire : vous n’y écrivez pas.")


def refusal_reason(actor, thread, words):
    """Why ``actor`` may not do something to ``thread``: they only read there, or ``words``."""
    only_reads = rules.is_read_only(actor, thread.space)
    return read_only_reason(thread.space) if only_reads else words
