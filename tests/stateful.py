"""Machines of hypothesis that leave nothing in the database."""

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

    def teardown(self):
        """Undo everything."""
        transaction.set_rollback(True)
        self._held.__exit__(None, None, None)
