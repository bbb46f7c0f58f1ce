"""Whatever breaks in mid-burst, every reader ends with what a reload shows, nothing twice.

Real processes: two of pages, two of sockets, PostgreSQL, a Redis that is restarted. The same
at full size is ``python -m bench.chaos``.
"""

import os

import pytest
from django.db import connection

from bench import chaos
from tests.kept_connections import close_connections

DATABASE = os.environ.get("DATABASE_URL", "")
pytestmark = pytest.mark.long


@pytest.fixture
def empty_database_name(django_db_setup, django_db_blocker):
    """The worker's database, which has the tables and nothing in them, and may be copied."""
    with django_db_blocker.unblock():
        close_connections()
    return connection.settings_dict["NAME"]


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.skipif(not DATABASE.startswith("postgres"), reason="several processes need one")
def test_nothing_is_lost_or_doubled_whatever_breaks(empty_database_name):
    result = chaos.run(
        readers=24, replies=80, pause=4, haste=8, server=DATABASE, template=empty_database_name
    )

    assert result.is_correct, result
    assert set(result.faults) == set(chaos.FAULTS)
    assert result.codes[1012] and result.codes[1006]  # Things did break.
