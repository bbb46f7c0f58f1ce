"""A scene that several tests share: written to the database once, put back after each."""

from contextlib import contextmanager

from django.db import connection
from django.test import TestCase

#: What made the scenes that are open.
_open = []


@contextmanager
def open_scene(blocker, create, *args):
    """Yield what ``create(*args)`` gives, in a transaction that is undone at the end.

    For a fixture of a wide scope; ``blocker`` is pytest-django's. Tests that use ``db`` run
    in savepoints of that transaction, so each finds the scene as it was made. No test with
    transactions of its own may run before the end: ``refuse_open_scenes`` fails there.
    """
    with blocker.unblock():
        before = TestCase._enter_atomics()
        try:
            made = create(*args)
            connection.check_constraints()  # Deferred triggers run now, not in each test.
        except BaseException:
            TestCase._rollback_atomics(before)
            raise
    _open.append(create)
    try:
        yield made
    finally:
        _open.remove(create)
        with blocker.unblock():
            TestCase._rollback_atomics(before)


def refuse_open_scenes(test_case=None):
    """Fail where a test with transactions of its own would commit what belongs to a scene."""
    assert not _open, (
        f"This test has transactions of its own, while the scene of {_open[-1].__name__} is "
        "open: put it in a file without a scene."
    )
