"""The time on the processor that a thread may spend on something: a page, a mail.

It is looked at between two steps, each of which is bounded by itself: before a query, and
before a text is read or written. What has spent it ends there, as after any other error.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


class BudgetSpent(Exception):
    """More time was spent than there was."""


class _Budget(local):
    seconds = 0.0
    until: float | None = None
    #: A thread spends no more time than passes: until then it cannot have spent its own, which
    #: only the kernel knows, and a page asks it before each query.
    not_before = 0.0


_budget = _Budget()


@contextmanager
def cpu_budget(seconds: float) -> Iterator[None]:
    """Have what this thread does within raise BudgetSpent, once it has spent ``seconds``."""
    before = _budget.seconds, _budget.until, _budget.not_before
    _budget.seconds = seconds
    _budget.not_before = time.monotonic() + seconds
    _budget.until = time.thread_time() + seconds
    try:
        yield
    finally:
        _budget.seconds, _budget.until, _budget.not_before = before


def check_budget() -> None:
    """Raise BudgetSpent where the time of this thread is spent.

    As much is given again, for whoever tidies up and answers.
    """
    if _budget.until is None or time.monotonic() < _budget.not_before:
        return
    if (now := time.thread_time()) > _budget.until:
        _budget.not_before = time.monotonic() + _budget.seconds
        _budget.until = now + _budget.seconds
        raise BudgetSpent


def check_before_queries(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Check before each query of ``connection``, which was just opened."""
    if _execute not in connection.execute_wrappers:
        connection.execute_wrappers.append(_execute)


def _execute(execute: Callable[..., Any], *args: Any) -> Any:
    check_budget()
    return execute(*args)
