"""A thread as its page, its open pages and the actions on it read it."""

from collections.abc import Iterable

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers import rights_clock
from accounts.viewers.viewers import Rights, Viewer
from forum import visibility
from forum.menu.queries import menu_state
from forum.threads.models import Thread


def thread_for_page(viewer: Viewer, pk: int) -> Thread | None:
    """The thread, with what its page shows, ``viewer``'s reading and the state of the menu.

    None where it is not theirs to see.
    """
    return _THREAD_QUERY.first(viewer.rights, pk=pk, person_id=viewer.person_id)


def get_thread(viewer: Viewer, pk: int) -> Thread:
    """The thread with its byline; raise Thread.DoesNotExist where ``viewer`` sees none."""
    if thread := _BYLINE_QUERY.first(viewer.rights, pk=pk):
        return thread
    raise Thread.DoesNotExist


def thread_for_any(
    rights_list: Iterable[Rights], pk: int
) -> tuple[Thread | None, frozenset[Rights]]:
    """The thread, with what its page shows, and those of ``rights_list`` that see it.

    None and nobody where none does.
    """
    rights_set = frozenset(rights_list)
    thread = _THREAD_FOR_ANY_QUERY.first(rights_set, pk=pk)
    if thread is None:
        return None, frozenset()
    aliases = visibility.sight_aliases(visibility.threads, rights_set)
    seen_by = frozenset(rights for rights, alias in aliases.items() if getattr(thread, alias))
    return thread, seen_by


def _thread_queryset(rights, pk, person_id, at):
    viewer = Viewer(*rights, person_id=person_id)
    seen = Thread.objects.visible_to(viewer).with_display_fields()
    return seen.with_reading_of(viewer).annotate(**menu_state(viewer, at)).filter(pk=pk)


def _byline_queryset(rights, pk):
    return Thread.objects.visible_to(rights).with_byline().filter(pk=pk)


def _thread_for_any_queryset(rights_set, pk):
    return Thread.objects.visible_to_any(rights_set).with_display_fields().filter(pk=pk)


def thread_for_update(thread_id, actor, rule=visibility.threads):
    """The thread with its space, its row locked until the transaction ends.

    Its ``rights_number`` is that of the rights clock.

    Raise Thread.DoesNotExist where ``rule`` hides it from ``actor``: nobody acts on what they
    cannot see.
    """
    # PostgreSQL applies the rule to the thread as it was when the wait for its lock began:
    # one that moved meanwhile is found at the second try, if the actor sees where it went.
    for _attempt in range(2):
        if thread := _THREAD_FOR_UPDATE.first(actor.rights, rule, pk=thread_id):
            return thread
    raise Thread.DoesNotExist


def _thread_for_update(rights, rule, pk):
    threads = Thread.objects.visible_to(rights, rule).filter(pk=pk)
    threads = threads.annotate(rights_number=rights_clock.newest_number())
    return threads.select_related("space").select_for_update(of=("self",), no_key=True)


_THREAD_FOR_UPDATE = CompiledQuery(_thread_for_update, "pk")
_THREAD_QUERY = CompiledQuery(_thread_queryset, "pk", "person_id", "at")
_BYLINE_QUERY = CompiledQuery(_byline_queryset, "pk")
_THREAD_FOR_ANY_QUERY = CompiledQuery(_thread_for_any_queryset, "pk")
