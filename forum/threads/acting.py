"""The first two steps of every action: find, see and lock in one query; then ask."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.prepared import Prepared
from forum import rules, visibility
from forum.threads.models import Thread


class Refused(PermissionDenied):
    """A rule says no to an actor who does see the thing; the message says why."""


def locked(thread_id, actor, rule=visibility.threads):
    """The thread as it stands, with its space, held still until the transaction ends.

    Nobody acts on what they cannot see: raise Thread.DoesNotExist where ``rule`` hides it.
    """
    # PostgreSQL looks for the thread in the space where it was when the wait began: one that
    # moved meanwhile is there at the second look, if the actor sees where it went.
    for _look in range(2):
        if found := _LOCKED.first(actor.kind, rule, pk=thread_id):
            return found
    raise Thread.DoesNotExist


def _locked(kind, rule, pk):
    threads = Thread.objects.visible_to(kind, rule).filter(pk=pk)
    return threads.select_related("space").select_for_update(of=("self",), no_key=True)


_LOCKED = Prepared(_locked, "pk")


def demand(allowed, why):
    """Raise Refused, saying ``why``, unless ``allowed``."""
    if not allowed:
        raise Refused(why)


def why_only_read(space):
    """Why nobody who only reads ``space`` writes there."""
    if space.group_id:
        return _("Ce groupe est archivé : on le lit, on n’y écrit plus.")
    return _("Vous avez ouvert cette pièce pour la lire : vous n’y écrivez pas.")


def why_not(actor, thread, words):
    """Why ``actor`` may not do something to ``thread``: they only read there, or ``words``."""
    only_reads = rules.only_reads(actor, thread.space)
    return why_only_read(thread.space) if only_reads else words
