"""Whatever breaks in mid-burst, every reader ends with what a reload shows, nothing twice.

Real processes: two of pages, two of sockets, PostgreSQL, a Redis that is restarted. The same
at full size is ``python -m bench.chaos``.
"""

import os

import pytest

from bench import chaos

DATABASE = os.environ.get("DATABASE_URL", "")
pytestmark = pytest.mark.long


@pytest.mark.skipif(not DATABASE.startswith("postgres"), reason="several processes need one")
def test_nothing_is_lost_or_doubled_whatever_breaks():
    result = chaos.run(readers=24, replies=80, pause=4, haste=8, server=DATABASE)

    assert result.is_correct, result
    assert set(result.faults) == set(chaos.FAULTS)
    assert result.codes[1012] and result.codes[1006]  # Things did break.
