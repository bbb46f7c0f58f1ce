"""Whatever happens to questions, sheets, public versions and rights, in whatever order: each
viewer is told what a plain model of the rules says, on every page, in every count and file.
"""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from hypothesis.stateful import invariant

from forum.base.readership import readership_cache
from tests.clients import client_of_session, guest_client
from tests.forum.experience_lives import checks
from tests.forum.experience_lives.model import GUEST, PLACES
from tests.forum.experience_lives.sheet_events import Events
from tests.forum.experience_lives.world import CAST, create_world
from tests.scenes import open_scene
from tests.stateful import run_lives

pytestmark = [
    pytest.mark.usefixtures("no_posting_limits", "files_folder"),
    pytest.mark.long,
]
VIEWERS = (GUEST, *CAST)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What every life begins with."""
    with open_scene(django_db_blocker, create_lived_world) as made:
        yield made


def create_lived_world():
    """The world, in which a life has begun."""
    life = Events.__new__(Events)
    vars(life).update(vars(create_world()))
    life.people = life.model.people
    life.begin_life()
    return SimpleNamespace(
        **{name: one for name, one in vars(life).items() if name != "people"}
    )


@pytest.fixture
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)


class Life(Events):
    """A life after each event of which all that is told is held to the model."""

    def __init__(self, world):
        super().__init__(world)
        self.step, self.etags = 0, {}

    def teardown(self):
        super().teardown()
        cache.clear()
        readership_cache.clear()

    def client(self, name):
        """A browser of theirs; a guest's where their account is closed."""
        is_in = name != GUEST and not self.people[name].closed
        return client_of_session(self.sessions[name]) if is_in else guest_client()

    @invariant()
    def all_that_is_told_is_what_the_model_says(self):
        self.step += 1
        cache.clear()  # Limits to reading.
        for name in VIEWERS:
            if name == GUEST or not self.people[name].closed:
                checks.check_door(self, name)
        name = VIEWERS[self.step % len(VIEWERS)]
        if name != GUEST and self.people[name].closed:
            name = GUEST
        checks.check_medians(self, name)
        checks.check_own(self, name)
        self.look(name, self.step // len(VIEWERS) + self.step)

    def look(self, name, turn):
        """At a thread, lists, files, whom one could ask, or other pages, in turn."""
        if turn % 5 == 0:
            checks.check_lists(self, name, turn)
        elif turn % 5 == 1:
            checks.check_public_files(self)
        elif turn % 5 == 2 and name in self.slugs:
            checks.check_addressees(self, name, "network", 0)
            checks.check_addressees(self, name, PLACES[turn % len(PLACES)], turn % 2)
        elif turn % 5 == 3:
            for n in range(3):
                address = checks.OTHER_PAGES[(turn * 3 + n) % len(checks.OTHER_PAGES)]
                checks.check_page(self, name, self.client(name).get(address))
        else:
            thread = self.pick(self.model.threads, turn * 7)
            checks.check_thread_page(self, name, thread)


@pytest.mark.lives
def test_whatever_happens_each_is_told_what_they_may_see_and_no_more(world, db):
    run_lives(lambda: Life(world), steps=6, examples=6)
