"""Whatever happens to questions, sheets, public versions and rights, in whatever order: each
viewer is told what a plain model of the rules says, on every page, in every count and file.
"""

import pytest
from django.core.cache import cache
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from forum.readership import readership_cache
from tests.clients import client_of_session, guest_client
from tests.forum.experience_lives import checks
from tests.forum.experience_lives.events import Events
from tests.forum.experience_lives.model import GUEST, PLACES
from tests.forum.experience_lives.world import CAST, create_world
from tests.scenes import open_scene

pytestmark = [
    pytest.mark.usefixtures("no_posting_limits", "files_folder"),
    pytest.mark.long,
]
VIEWERS = (GUEST, *CAST)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What every life begins with."""
    with open_scene(django_db_blocker, create_world) as made:
        yield made


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
        checks.check_own(self, name)
        if name in self.slugs:
            place = PLACES[self.step % len(PLACES)]
            checks.check_addressees(self, name, place, self.step)
        thread = self.pick(self.model.threads, self.step * 5)
        checks.check_thread_page(self, name, thread)
        self.look(name)

    def look(self, name):
        """At lists, at files, or at other pages, in turn."""
        if self.step % 3 == 0:
            checks.check_lists(self, name, self.step)
        elif self.step % 3 == 1:
            checks.check_public_files(self)
        else:
            for n in range(3):
                address = checks.OTHER_PAGES[(self.step * 3 + n) % len(checks.OTHER_PAGES)]
                checks.check_page(self, name, self.client(name).get(address, follow=True))


def test_whatever_happens_each_is_told_what_they_may_see_and_no_more(world, db):
    run_state_machine_as_test(lambda: Life(world), settings=settings(stateful_step_count=10))
