"""Scenes: what may not run while one is open."""

import pytest
from django.test import TransactionTestCase

from tests.factories import create_colleges
from tests.scenes import open_scene


@pytest.mark.django_db
def test_a_test_with_transactions_of_its_own_does_not_run_in_a_scene(django_db_blocker):
    TransactionTestCase._fixture_setup()
    with (
        open_scene(django_db_blocker, create_colleges),
        pytest.raises(AssertionError, match="the scene of create_colleges is open"),
    ):
        TransactionTestCase._fixture_setup()
    TransactionTestCase._fixture_setup()
