"""People, places and groups that several tests of the accounts play with."""

import pytest

from accounts.groups.models import JoinPolicy
from accounts.models import Department, WorkingGroup
from tests import factories
from tests.accounts.territory_helpers import create_communes, create_france
from tests.scenes import open_scene


@pytest.fixture
def rita(make_person):
    """Someone with an account and nothing else."""
    return make_person("Rita Nouvelle")


@pytest.fixture(scope="module")
def _france(django_db_setup, django_db_blocker):
    with open_scene(django_db_blocker, create_france):
        yield


@pytest.fixture
def france(_france, db):
    """The departments and the official list of groupings, made once for a file."""


@pytest.fixture
def communes(france):
    """A few communes of France."""
    create_communes()


@pytest.fixture
def group(claire, spaces):
    """Claire's group, across the colleges, on request."""
    group = WorkingGroup.objects.get()
    group.contact, group.join_policy = claire, JoinPolicy.REQUEST
    group.save()
    factories.join_group(claire, group)
    return group


@pytest.fixture
def enclosed(group, colleges):
    """The same, within the local authorities' college."""
    group.college = colleges[factories.AUTHORITIES]
    group.save()
    return group


@pytest.fixture
def mona(make_person, town):
    """Someone who signed for Claire's organisation, and waits."""
    person = make_person("Mona Patiente")
    factories.create_seat(person, factories.AUTHORITIES, confirmed=False, organisation=town)
    return person


@pytest.fixture
def departments(db):
    """Two departments to choose from."""
    for code, name in (("22", "Côtes-d’Armor"), ("56", "Morbihan")):
        Department.objects.create(code=code, name=name)
