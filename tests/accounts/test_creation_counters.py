"""Fields and managers are counted beside their classes, through which Python looks faster."""

import pytest
from django.db.models import CharField, Field, IntegerField, Manager
from django.db.models.manager import BaseManager

#: How often Python has a class change until it gives up.
CHANGES = 1000


def test_a_field_that_is_made_leaves_the_class_as_it_is():
    before = dict(vars(Field))

    CharField()
    CharField(auto_created=True)

    assert vars(Field) == before


@pytest.mark.django_db
def test_a_manager_that_is_made_leaves_the_class_as_it_is(claire):
    before = dict(vars(BaseManager))

    assert claire.seats.exists()
    Manager()

    assert vars(BaseManager) == before


def test_they_stand_in_the_order_in_which_they_were_made():
    fields = [CharField(), IntegerField(), CharField(auto_created=True), CharField()]
    managers = [Manager(), Manager()]

    assert sorted(fields) == [fields[2], fields[0], fields[1], fields[3]]
    assert len({it.creation_counter for it in fields}) == 4
    assert managers[0].creation_counter < managers[1].creation_counter


def test_they_are_counted_so_before_there_are_many():
    counters = Field.creation_counter, -Field.auto_creation_counter
    assert sum(counters) + BaseManager.creation_counter < CHANGES / 2
    assert CharField().creation_counter > CHANGES
