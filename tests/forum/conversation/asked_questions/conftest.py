"""A network of organisations on territories, some of whom testify on wood energy."""

import pytest

from accounts.models import Territory
from forum.models import Expertise, Topic
from tests import factories


@pytest.fixture
def make_town(make_person, spaces, topics):
    """Make an organisation on a territory of its own, with a person, whom it returns."""

    def make(name, population=5_000, *, knows=False, college=factories.AUTHORITIES, **fields):
        person = make_person(f"Alix {name}", college)
        organisation = person.seats.get().organisation
        organisation.name = f"Mairie de {name}"
        organisation.save()
        about = {"type": "commune", "department_codes": "22"} | fields
        place = Territory.objects.create(
            slug=name.lower(), name=name, population=population, **about
        )
        organisation.territories.add(place)
        if knows:
            topic = Topic.objects.get(slug="bois-energie")
            Expertise.objects.create(person=person, topic=topic)
        return person

    return make


@pytest.fixture
def asker(make_town):
    """Somebody of a small town, who asks."""
    return make_town("Quérou", 4_000)


def town_of(person):
    """Their organisation."""
    return person.seats.get().organisation


def territory_of(person):
    """Its territory, as forms name it."""
    return f"territory-{town_of(person).territories.get().slug}"
