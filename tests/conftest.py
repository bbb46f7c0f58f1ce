"""The cast as fixtures: a network of three colleges, and one person of each standing."""

from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts.models import CharterVersion
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.models import Topic
from forum.readership import readership_cache
from tests import factories

# A quick look each time; `pytest --hypothesis-profile=deep` looks for long.
for _name, _examples in {"quick": 10, "deep": 300}.items():
    hypothesis_settings.register_profile(
        _name,
        max_examples=_examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
hypothesis_settings.load_profile("quick")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Nobody uses Django's permissions here: they are not written anew for each test."""
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(autouse=True)
def _plain_settings(settings, worker_id):
    """Quick passwords, an animator who reviews, empty throttles, a layer of one's own."""
    if settings.REDIS_URL:
        config = {"hosts": [settings.REDIS_URL], "prefix": f"test-{worker_id}"}
        layer = settings.CHANNEL_LAYERS["default"] | {"CONFIG": config}
        settings.CHANNEL_LAYERS = {"default": layer}
        # A database of the worker's own: clearing the cache empties all of it.
        number = 1 + int(worker_id.strip("gwmaster") or 0)
        location = urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
        cached = settings.CACHES["default"] | {"LOCATION": location}
        settings.CACHES = {"default": cached}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.FORUM_ADMISSION = "review"
    cache.clear()
    readership_cache.clear()


@pytest.fixture
def colleges(db):
    """The three colleges, by slug."""
    return factories.create_colleges()


@pytest.fixture
def charter(db):
    """Version 1 of the charter, binding."""
    return factories.create_charter()


@pytest.fixture
def topics(db):
    """Two topics."""
    wood = Topic.objects.create(slug="bois-energie", name="Bois-énergie", order=1)
    return [wood, Topic.objects.create(slug="eolien", name="Éolien", order=2)]


@pytest.fixture
def spaces(colleges, topics):
    """A space of every audience: public, network, group, and a room per college slug."""
    return factories.create_spaces(colleges)


@pytest.fixture
def make_person(colleges, charter):
    """Make one more person: ``make_person(name, college, confirmed=…, signed=…)``."""
    return factories.create_person


@pytest.fixture
def claire(make_person):
    """A member of the local authorities' college, who asks."""
    return make_person("Claire Le Bihan", factories.AUTHORITIES)


@pytest.fixture
def town(claire):
    """Claire's organisation; she is its contact."""
    claire.seats.update(is_contact=True)
    return claire.seats.get().organisation


@pytest.fixture
def jeanne(make_person):
    """A member of the project holders' college, who answers."""
    return make_person("Jeanne Brunel", factories.PROJECTS)


@pytest.fixture
def lucie(make_person):
    """An animator, of the support structures' college."""
    return make_person("Lucie Hoarau", factories.SUPPORT, is_animator=True)


@pytest.fixture
def people(make_person, spaces, claire, jeanne, lucie):
    """One person of each standing, by role; ``guest`` is nobody."""
    sylvie = make_person("Sylvie Vidal", factories.SUPPORT)
    grouped = make_person("Gaël Grouard", factories.PROJECTS)
    factories.join_group(grouped)
    former = make_person("Odile Ancienne", factories.AUTHORITIES)
    former.seats.update(ended_at=timezone.now() - timedelta(minutes=1))
    lapsed = make_person("Luc Lapse", factories.AUTHORITIES, signed=False)
    old = factories.create_charter(0, adopted_on=CharterVersion.objects.get().adopted_on)
    factories.sign_charter(lapsed, lapsed.seats.get().organisation, old)
    now = timezone.now()
    return SimpleNamespace(
        guest=None,
        registered=make_person("Rita Inscrite"),
        waiting=make_person("Mina Attente", factories.AUTHORITIES, confirmed=False),
        projects=jeanne,
        authorities=claire,
        support=sylvie,
        group=grouped,
        former=former,
        lapsed=lapsed,
        suspended=make_person("Serge Suspendu", factories.AUTHORITIES, suspended_at=now),
        administrator=make_person("Ada Admin", is_staff=True, is_superuser=True),
        animator=lucie,
    )


@pytest.fixture
def viewer_of():
    """The viewer a person is at this moment; of None, a guest."""
    return lambda person: viewer_of_person(person) if person else GUEST


@pytest.fixture
def browser_of():
    """A test client signed in as a person; of None, a guest's."""

    def browser_of(person):
        client = Client()
        if person:
            client.force_login(person)
        return client

    return browser_of


@pytest.fixture
def thread(claire, spaces):
    """Claire's question to the whole network."""
    return factories.start_thread(claire, spaces["network"])
