"""Two actions at once, on a connection each, of which one is held at one of its locks.

``race`` runs two actions on a scene so often that each is held once before each of its locks
and before it commits, while the other goes as far as it gets. Each run begins with a new scene,
and must end as one of the two orders ends in which one comes after the other.
"""

import re
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import connection

_LOCK = re.compile(r"\bFOR (NO KEY )?UPDATE\b")
#: Seconds for which a thread is waited for, which nothing takes.
_PATIENCE = 30
#: Seconds between two looks at whether a connection waits for a lock.
_LOOK = 0.002


class HeldAction(Thread):
    """``act`` on a connection of its own, held before its lock or commit number ``held_at``.

    ``outcome``: *done*, *refused*, or the exception that nobody expects. ``points``: how many
    locks it took and commits it made.
    """

    def __init__(self, act: Callable[[], object], held_at: int = 0) -> None:
        super().__init__(daemon=True)
        self._act, self._held_at = act, held_at
        self.points, self.backend, self.outcome = 0, 0, ""
        self.is_held = False
        self.has_begun, self.has_stopped = Event(), Event()
        self._goes_on, self.is_over = Event(), Event()

    def run(self) -> None:
        connection.ensure_connection()
        self.backend = connection.connection.info.backend_pid
        self.has_begun.set()
        commit = connection.commit

        def commit_held():
            self._pass_point()
            commit()

        connection.commit = commit_held
        try:
            with connection.execute_wrapper(self._watch):
                self._act()
            self.outcome = "done"
        except (PermissionDenied, ObjectDoesNotExist):
            self.outcome = "refused"
        except Exception as failure:
            self.outcome = repr(failure)
        finally:
            del connection.commit
            connection.close()
            self.is_over.set()
            self.has_stopped.set()

    def let_go(self) -> None:
        """Have it go on, to its end."""
        self._goes_on.set()
        self.join(_PATIENCE)
        assert self.is_over.is_set(), "it waits for ever"

    def waits_for_lock(self) -> bool:
        """Whether the database has it wait for somebody else's lock."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s",
                [self.backend],
            )
            row = cursor.fetchone()
        return bool(row and row[0])

    def _watch(self, execute, sql, params, many, context):
        if _LOCK.search(sql):
            self._pass_point()
        return execute(sql, params, many, context)

    def _pass_point(self):
        self.points += 1
        if self.points == self._held_at:
            self.is_held = True
            self.has_stopped.set()
            assert self._goes_on.wait(_PATIENCE)


def race(
    make: Callable[[], Any],
    first: Callable[[Any], object],
    second: Callable[[Any], object],
    state_of: Callable[[Any], object],
) -> list[str]:
    """What went otherwise than in one of the two orders, a line each; none, where all is well.

    ``make`` makes a new scene, ``state_of`` says how it is left.
    """
    wrong, expected = [], {}
    for name, order in {"first": (first, second), "second": (second, first)}.items():
        scene = make()
        outcomes = [_alone(act, scene) for act in order]
        outcomes = outcomes if name == "first" else outcomes[::-1]
        expected[name] = (*outcomes, state_of(scene))
        wrong += [f"{name} first: {it}" for it in outcomes if it not in ("done", "refused")]
    for name in expected:
        for held_at in range(1, 50):
            scene = make()
            acts = (first, second) if name == "first" else (second, first)
            ended = _held_run(*acts, scene, held_at)
            if ended is None:
                break
            found = (*(ended if name == "first" else ended[::-1]), state_of(scene))
            if found not in expected.values():
                wrong.append(f"{name} held at {held_at}: {found}, not one of {expected}")
    return wrong


def _alone(act, scene):
    action = HeldAction(lambda: act(scene))
    action.start()
    action.let_go()
    return action.outcome


def _held_run(act, other_act, scene, held_at):
    """The outcomes of both; None where the first has fewer points."""
    held = HeldAction(lambda: act(scene), held_at)
    held.start()
    assert held.has_stopped.wait(_PATIENCE)
    if not held.is_held:
        held.join(_PATIENCE)
        return None
    other = HeldAction(lambda: other_act(scene))
    other.start()
    assert other.has_begun.wait(_PATIENCE)
    while not other.is_over.wait(_LOOK) and not other.waits_for_lock():
        pass
    held.let_go()
    other.let_go()
    return held.outcome, other.outcome
