"""Machines of hypothesis that leave nothing in the database."""

from contextlib import suppress

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine


class UndoneMachine(RuleBasedStateMachine):
    """Lives in a transaction of its own, which is undone at the end."""

    def __init__(self):
        """Begin the transaction."""
        super().__init__()
        self._held = transaction.atomic()
        self._held._from_testcase = True  # As django.test does: actions commit inside.
        self._held.__enter__()

    def attempt(self, action, *args, **kwargs):
        """Do what may be refused, or be about what one does not see."""
        with suppress(PermissionDenied, ObjectDoesNotExist):
            action(*args, **kwargs)

    def one(self, rows, number):
        """One of ``rows``, by a number that may be beyond them; None where there is none."""
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def teardown(self):
        """Undo everything."""
        transaction.set_rollback(True)
        self._held.__exit__(None, None, None)
