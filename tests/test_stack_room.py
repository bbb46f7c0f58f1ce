"""Room for the frames of a test's calls."""

import inspect

from tests.stack_room import with_room


def test_a_test_runs_below_a_function_that_has_room():
    assert max(one.frame.f_code.co_stacksize for one in inspect.stack(0)) > 60_000


def test_a_function_with_room_does_what_it_did():
    @with_room
    def add(one, *, other):
        return one + other

    assert add(1, other=2) == 3
