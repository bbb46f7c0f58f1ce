"""Random lives: a short one in the quick tier of the suite, many long ones in the deep tier."""

from contextlib import suppress

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

#: Steps of a life in the quick tier.
QUICK_STEPS = 10


def run_lives(machine, *, steps, examples=None):
    """Run ``machine``, a callable that makes one: by the profile of hypothesis in use.

    In the quick tier one life of ten steps, the same each time; in the deep tier ``examples``
    lives, or as many as the profile has, of ``steps``, the same each time; by hand, with the
    profile ``long``, as many as that has. The test bears ``pytest.mark.lives``.
    """
    if settings.get_current_profile_name() == "quick":
        options = {"stateful_step_count": min(steps, QUICK_STEPS), "max_examples": 1}
    else:
        count = settings.default.max_examples
        if examples and settings.get_current_profile_name() == "deep":
            count = examples
        options = {"stateful_step_count": steps, "max_examples": count}
    run_state_machine_as_test(machine, settings=settings(**options))


def seeds(first, *others):
    """Parameters of a test that is a life by dice, or dear: ``others`` are of the deep tier."""
    return [first, *(pytest.param(seed, marks=pytest.mark.deep) for seed in others)]


class UndoneMachine(RuleBasedStateMachine):
    """Lives in a transaction of its own, which is undone at the end."""

    def __init__(self):
        """Begin the transaction."""
        super().__init__()
        self._held = transaction.atomic()
        self._held._from_testcase = True  # As django.test does: actions commit inside.
        self._held.__enter__()

    def attempt(self, action, *args, **kwargs):
        """Do what may be refused, or be about what one does not see: None then."""
        with suppress(PermissionDenied, ObjectDoesNotExist):
            return action(*args, **kwargs)
        return None

    def one(self, rows, number):
        """One of ``rows``, by a number that may be beyond them; None where there is none."""
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def teardown(self):
        """Undo everything."""
        transaction.set_rollback(True)
        self._held.__exit__(None, None, None)
