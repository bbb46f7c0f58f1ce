"""The scene of the role × surface tests: made once for all of them, put back after each.

It holds the cast with who has to do with rooms and groups, a thread with a word of its own
in every space, what everyone follows, and someone who shows themselves in the directory.
"""

from copy import deepcopy
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import TestCase
from django.utils import timezone

from accounts.models import BreakGlassAccess, Organisation, WorkingGroup
from accounts.profiles.models import Profile
from forum.conversation.polls.models import Poll
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.summaries.models import Summary
from forum.models import Expertise, Follow, Space
from tests import factories
from tests.clients import client_of_session, create_session
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    break_glass,
    create_person,
    create_tool,
    join_group,
    post_reply,
    start_thread,
)
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.poll_helpers import create_counted_poll
from tests.forum.conversation.round_helpers import create_round
from tests.scenes import open_scene
from tests.surfaces.tables import WRITER


def pytest_collection_modifyitems(items):
    """Run all that is in this folder in a row: between other files the scene is made again."""
    for item in items:
        if item.nodeid.startswith("tests/surfaces/"):
            item.add_marker(pytest.mark.long)


class Canaries:
    """One thread in every space, and a tool in it, with words that stand nowhere else."""

    def __init__(self, people, spaces):
        """Start them; each bears a word, a tag, a reply and one of each part.

        The first of them is linked to each of the others.
        """
        self.threads, self.words, self.tools = {}, {}, {}
        for n, (name, space) in enumerate(spaces.items()):
            writer = getattr(people, WRITER[name])
            word = f"canari{n}{uuid4().hex[:6]}"
            thread = start_thread(
                writer, space, title=f"Titre {word}", text=f"Texte {word}", tags=[word]
            )
            reply = post_reply(writer, thread, f"Réponse {word}")
            self.tools[name] = create_tool(reply, f"Outil {word}", thread.topic)
            text = {"text": f"Résumé {word}", "html": f"<p>Résumé {word}</p>"}
            Summary.objects.create(thread=thread, author=writer, **text)
            asked = {"question": f"Sondage {word}", "choices": f"Oui {word}\nNon"}
            Poll.objects.create(thread=thread, author=writer, results="always", **asked)
            create_counted_poll(thread, f"Vote {word}")
            create_round(thread, title=f"Proposition {word}", text=f"Nous {word}.")
            create_meeting(thread, place=f"Salle {word}")
            for first in list(self.threads.values())[:1]:
                about = {"kind": "see_also", "made_by": writer}
                ThreadLink.objects.create(thread=first, linked=thread, **about)
            self.threads[name], self.words[name] = thread, word
        for organisation in Organisation.objects.all():
            organisation.territories.create(
                slug=f"t-{organisation.pk}", name=f"P{organisation.pk}"
            )


def create_spaces(colleges):
    """Two more: the room of a group that will be archived, and of one within a college."""
    spaces = factories.create_spaces(colleges)
    for slug, college in [("archive", None), ("enclosed", colleges[AUTHORITIES])]:
        group = WorkingGroup.objects.create(slug=slug, name=f"Groupe {slug}", college=college)
        spaces[slug] = Space.objects.create(
            slug=slug, name=group.name, audience="group", group=group
        )
    return spaces


def create_people(spaces):
    """The cast, and who has to do with openings and groups."""
    people = factories.create_cast(*factories.create_leads())
    groups = {slug: spaces[slug].group for slug in ("group", "archive", "enclosed")}
    people.opener = create_person("Olga Ouvreuse", SUPPORT, is_animator=True)
    people.breaker = create_person("Bao Brise", is_superuser=True)
    people.opened_before = create_person("Rémi Refermé", SUPPORT, is_animator=True)
    people.archivist = create_person("Aude Archive", AUTHORITIES)
    people.invited = create_person("Ines Invitée", AUTHORITIES)
    people.asking = create_person("Denis Demande", AUTHORITIES)
    people.moved = create_person("Paul Parti", PROJECTS)
    break_glass(people.opener, AUTHORITIES)
    break_glass(people.breaker, PROJECTS)
    past = break_glass(people.opened_before, AUTHORITIES)
    BreakGlassAccess.objects.filter(pk=past.pk).update(closed_at=timezone.now())
    for person, slug in [
        (people.archivist, "archive"), (people.support, "archive"), (people.moved, "enclosed"),
        (people.authorities, "enclosed"), (people.lapsed, "archive"), (people.former, "group"),
    ]:  # fmt: skip
        join_group(person, groups[slug])
    for person, entry_type in [(people.invited, "invitation"), (people.asking, "request")]:
        groups["group"].entries.create(person=person, type=entry_type)
    return people


def follow_all(people, canaries):
    """Whatever each may see: a right that was lost leaves its follows behind."""
    Follow.objects.bulk_create(
        [
            Follow(person=person, thread=thread)
            for person in vars(people).values()
            if person
            for thread in canaries.threads.values()
        ],
        ignore_conflicts=True,
    )


#: What Claire tells of herself; her address and her telephone are hers to show.
SECRETS = {"profile": "fiche-secrete", "telephone": "02 96 00 00 07"}


def create_scene():
    """Everything above, and a session for each role."""
    colleges, charter = factories.create_colleges(), factories.create_charter()
    topics, spaces = factories.create_topics(), create_spaces(colleges)
    people = create_people(spaces)
    canaries = Canaries(people, spaces)
    WorkingGroup.objects.filter(slug="archive").update(ends_at=timezone.now())
    follow_all(people, canaries)
    claire = people.authorities
    Profile.objects.create(
        person=claire, presentation=SECRETS["profile"], telephone=SECRETS["telephone"]
    )
    Expertise.objects.create(person=claire, topic=topics[1])
    sessions = {}
    for role, person in vars(people).items():
        if person:
            sessions[role] = create_session(person)
    return SimpleNamespace(
        colleges=colleges, charter=charter, topics=topics, spaces=spaces, people=people,
        canaries=canaries, sessions=sessions,
    )  # fmt: skip


@pytest.fixture(scope="package")
def shared_scene(django_db_setup, django_db_blocker):
    """The scene as it is made, and what has been answered on it so far."""
    with open_scene(django_db_blocker, create_scene) as made:
        yield SimpleNamespace(made=made, answers={})


@pytest.fixture
def scene(shared_scene, db):
    """The scene, in objects of the test's own."""
    return deepcopy(shared_scene.made)


@pytest.fixture
def people(scene):
    return scene.people


@pytest.fixture
def spaces(scene):
    return scene.spaces


@pytest.fixture
def topics(scene):
    return scene.topics


@pytest.fixture
def charter(scene):
    return scene.charter


@pytest.fixture
def canaries(scene):
    return scene.canaries


@pytest.fixture
def client_of(scene):
    """The browser of a role, signed in."""

    def client_of(role):
        return client_of_session(scene.sessions.get(role))

    return client_of


@pytest.fixture
def visit(shared_scene, client_of):
    """What a role is answered at an address of the scene as it was made.

    Each address is asked once per role, for all tests, and what reading changed (what is
    news) is undone: do not use it once the test has written. ``status`` and ``location``
    are those of the first answer, ``text`` and ``last_status`` of the one that redirects
    lead to.
    """

    def visit(role, address):
        if (role, address) not in shared_scene.answers:
            before = TestCase._enter_atomics()
            answer = client_of(role).get(address, follow=True)
            TestCase._rollback_atomics(before)
            location, status = (
                answer.redirect_chain[0] if answer.redirect_chain else ("", answer.status_code)
            )
            shared_scene.answers[role, address] = SimpleNamespace(
                status=status,
                location=location,
                text=answer.content.decode(errors="replace"),
                last_status=answer.status_code,
            )
        return shared_scene.answers[role, address]

    return visit
