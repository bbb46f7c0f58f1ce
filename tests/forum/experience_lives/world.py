"""The network in which experience lives are led, and its model."""

from copy import deepcopy
from types import SimpleNamespace

from accounts.models import Territory
from forum.base.expertise.models import Expertise
from tests import factories
from tests.clients import create_session
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT
from tests.forum.experience_lives.model import Model, Person

CAST = {
    "Claire": Person(AUTHORITIES),
    "Marc": Person(AUTHORITIES, in_group=True, knows=True),
    "Jeanne": Person(PROJECTS),
    "Gaël": Person(PROJECTS, in_group=True),
    "Sylvie": Person(SUPPORT, knows=True),
    "Lucie": Person(SUPPORT, is_animator=True),
    "Rita": Person(),
}
#: Who writes, and whose rights change; Lucie animates all along.
WRITERS = tuple(name for name, one in CAST.items() if one.college)
CHANGING = tuple(name for name, one in CAST.items() if not one.is_animator)


def create_world():
    """A network of three colleges, with people of each and one who has no seat."""
    colleges, topics = factories.create_colleges(), factories.create_topics()
    factories.create_charter()
    spaces = factories.create_spaces(colleges)
    rows, sessions, organisations, places = {}, {}, {}, {}
    for number, (name, one) in enumerate(CAST.items()):
        full_name = f"{name} Dupré{number}"
        row = factories.create_person(full_name, one.college, is_animator=one.is_animator)
        rows[name], sessions[name] = row, create_session(row)
        if one.in_group:
            factories.join_group(row)
        if not one.college:
            continue
        organisations[name] = organisation = row.seats.get().organisation
        places[name] = Territory.objects.create(
            slug=f"lieu-{number}", name=f"Lieu{number}", type="commune",
            population=1000 + number, department_codes="22",
        )  # fmt: skip
        organisation.territories.add(places[name])
        if one.knows:
            Expertise.objects.create(person=row, topic=topics[0])
    return SimpleNamespace(
        topics=topics, spaces=spaces, rows=rows, sessions=sessions, places=places,
        slugs={name: it.slug for name, it in organisations.items()},
        model=Model(deepcopy(CAST)), said_by={},
    )  # fmt: skip
