"""What keeps the suite quick between tests, and what a test may not do all the same."""

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import User
from tests.factories import create_colleges
from tests.flush import empty_database


def test_a_test_that_does_not_say_so_has_no_database():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.exists()


def test_access_is_given_and_taken_without_changing_the_class_of_connections(
    django_db_setup, django_db_blocker
):
    before = dict(vars(BaseDatabaseWrapper))

    with django_db_blocker.unblock():
        connection.ensure_connection()
        assert vars(BaseDatabaseWrapper) == before
    assert vars(BaseDatabaseWrapper) == before


@pytest.mark.django_db(transaction=True)
def test_rights_have_the_same_ids_after_a_test_that_committed():
    before = [college.pk for college in create_colleges().values()]
    empty_database()

    assert [college.pk for college in create_colleges().values()] == before


def test_savepoints_are_asked_for_in_the_same_words_again_and_again(db):
    def names():
        with transaction.atomic(), transaction.atomic():
            return list(connection.savepoint_ids)

    first = names()
    assert names() == first and len({*first}) == 2
