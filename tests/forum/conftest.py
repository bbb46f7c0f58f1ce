"""People that several tests of the forum play with."""

import pytest

from tests import factories


@pytest.fixture
def paul(make_person, town):
    """Who sits in Claire's organisation too."""
    person = make_person("Paul Suivant")
    factories.create_seat(person, factories.AUTHORITIES, organisation=town)
    return person
