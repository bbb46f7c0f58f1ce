"""The cast as fixtures: a network of three colleges, and one person of each standing."""

import gc
import shutil
from copy import deepcopy
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from _pytest.runner import runtestprotocol
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.readership import readership_cache
from forum.conversation.threads.posting_limits import POSTING_LIMITS, STOPPED, PostingLimits
from tests import factories
from tests.clients import (
    client_of_session,
    create_session,
    keep_contexts_of_pages_only,
    sign_in,
)
from tests.flush import empty_database
from tests.kept_connections import keep_connections, switch_access_beside_class
from tests.scenes import open_scene, refuse_open_scenes
from tests.stack_room import with_room
from tests.tables import record_migrations, tables_from_models, write_sqlite_file

pytest_plugins = ["tests.changed", "tests.cpu_seconds"]

EMPTY_SITE = "empty-site.sqlite3"

# Tests run tasks themselves.
settings.FORUM_WORKER_INSIDE = False
# Importing and collecting make much, and hardly any garbage.
gc.set_threshold(100_000, 20, 20)

# `make test` looks quickly, `make deep` for longer, at the same each time; by hand,
# `pytest --hypothesis-profile=long` looks at something else each time.
for _name, _examples in {"quick": 10, "deep": 10, "long": 300}.items():
    hypothesis_settings.register_profile(
        _name,
        max_examples=_examples,
        derandomize=_name != "long",
        database=hypothesis_settings.default.database if _name == "long" else None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
hypothesis_settings.load_profile("quick")


def pytest_configure(config):
    """Name the mark of files that take long."""
    config.addinivalue_line("markers", "long: a file that takes long, and is begun first")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Begin with the files that take long, so that no worker is left alone with one.

    Where the database is PostgreSQL, tests that ask neither it nor Redis are left out: they
    told all they tell on SQLite.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if nowhere := [item.nodeid for item in items if _is_run_nowhere(item)]:
        raise pytest.UsageError(f"deep, not of SQLite, and not marked postgresql: {nowhere}")
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        left_out = [item for item in items if not _asks_servers(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _asks_servers(item)]


def _is_run_nowhere(item):
    """Whether neither half of `make deep` runs the test ``item``."""
    skips = [str(it.kwargs.get("reason", "")) for it in item.iter_markers("skipif")]
    is_of_servers = any(reason.startswith("SQLite") for reason in skips)
    is_deep = item.get_closest_marker("deep") is not None
    return is_deep and is_of_servers and item.get_closest_marker("postgresql") is None


def _asks_servers(item):
    """Whether the test ``item`` uses the database or, as the live layer's do, Redis."""
    return (
        "django_db_setup" in item.fixturenames
        or item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("postgresql") is not None
        or item.nodeid.startswith("tests/realtime/")
    )


@pytest.hookimpl(tryfirst=True)
@with_room
def pytest_runtest_protocol(item, nextitem):
    """What pytest does for a test, with room for the frames of its calls."""
    place = {"nodeid": item.nodeid, "location": item.location}
    item.ihook.pytest_runtest_logstart(**place)
    runtestprotocol(item, nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(**place)
    return True


def pytest_collection_finish():
    """Walk no more, at each collection of garbage, over what was imported and collected."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(scope="session")
def _tables_from_models(django_db_modify_db_settings):
    """Tables are made from the models, until this is disabled."""
    tables = tables_from_models()
    tables.enable()
    return tables


@pytest.fixture(scope="session")
def django_db_setup(_tables_from_models, django_db_setup, django_db_blocker, tmp_path_factory):
    """The tables, with every migration recorded as applied.

    Nobody uses Django's permissions here: they are not written anew for each test.
    """
    _tables_from_models.disable()
    with django_db_blocker.unblock():
        record_migrations()
        if connection.vendor == "sqlite":
            write_sqlite_file(tmp_path_factory.getbasetemp() / EMPTY_SITE)
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    TransactionTestCase._fixture_setup = classmethod(refuse_open_scenes)
    TransactionTestCase._fixture_teardown = empty_database
    with keep_connections():
        yield


@pytest.fixture
def empty_site(db, tmp_path, tmp_path_factory):
    """A file of the test's own with an empty SQLite database, for a site beside this one."""
    return shutil.copy(tmp_path_factory.getbasetemp() / EMPTY_SITE, tmp_path / "site.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _quick_contexts(django_test_environment):
    """Contexts are kept of pages, not of the pieces in them."""
    keep_contexts_of_pages_only()


@pytest.fixture(scope="session", autouse=True)
def _quick_access(django_db_blocker):
    """The database is allowed and forbidden at little cost."""
    switch_access_beside_class(django_db_blocker)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords():
    """Quick passwords and seats that are reviewed, for scenes as for tests."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, FORUM_ADMISSION="review"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_cache(worker_id):
    """A cache of the worker's own: a database of Redis, of which clearing empties all."""
    if not settings.REDIS_URL:
        yield
        return
    number = 1 + int(worker_id.strip("gwmaster") or 0)
    location = urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
    cached = settings.CACHES["default"] | {"LOCATION": location}
    with override_settings(CACHES={"default": cached}):
        yield


@pytest.fixture(autouse=True)
def _french():
    """The language of the source: a page in English leaves its own active."""
    translation.activate("fr")


@pytest.fixture(autouse=True)
def _own_layer_and_empty_caches(settings, worker_id):
    """A layer of the worker's own; throttles and caches empty."""
    if settings.REDIS_URL:
        config = {"hosts": [settings.REDIS_URL], "prefix": f"test-{worker_id}"}
        layer = settings.CHANNEL_LAYERS["default"] | {"CONFIG": config}
        settings.CHANNEL_LAYERS = {"default": layer}
    cache.clear()
    readership_cache.clear()
    STOPPED.clear()


@pytest.fixture(scope="module")
def cast_scene(django_db_setup, django_db_blocker):
    """The whole cast and its scenery, made once for a file that uses this fixture.

    What the fixtures below then give is of it, in objects of the test's own.
    """
    with open_scene(django_db_blocker, _create_cast_scene) as made:
        yield made


def _create_cast_scene():
    made, sessions = factories.create_all(), {}
    for person in filter(None, vars(made.people).values()):
        sessions[person.pk] = create_session(person)
    made.sessions = sessions
    return made


@pytest.fixture
def _cast(request):
    """The scene of the file, in objects of the test's own; None where it has none."""
    if "cast_scene" in request.fixturenames:
        return deepcopy(request.getfixturevalue("cast_scene"))
    return None


@pytest.fixture
def colleges(_cast, db):
    """The three colleges, by slug."""
    return _cast.colleges if _cast else factories.create_colleges()


@pytest.fixture
def charter(_cast, db):
    """Version 1 of the charter, binding."""
    return _cast.charter if _cast else factories.create_charter()


@pytest.fixture
def topics(_cast, db):
    """Two topics."""
    return _cast.topics if _cast else factories.create_topics()


@pytest.fixture
def spaces(_cast, colleges, topics):
    """A space of every audience: public, network, group, and a room per college slug."""
    return _cast.spaces if _cast else factories.create_spaces(colleges)


@pytest.fixture
def make_person(colleges, charter):
    """Make one more person: ``make_person(name, college, confirmed=…, signed=…)``."""
    return factories.create_person


@pytest.fixture
def claire(_cast, make_person):
    """A member of the local authorities' college, who asks."""
    return _cast.people.authorities if _cast else make_person(*factories.CLAIRE)


@pytest.fixture
def town(claire):
    """Claire's organisation; she is its contact."""
    claire.seats.update(is_contact=True)
    return claire.seats.get().organisation


@pytest.fixture
def jeanne(_cast, make_person):
    """A member of the project holders' college, who answers."""
    return _cast.people.projects if _cast else make_person(*factories.JEANNE)


@pytest.fixture
def lucie(_cast, make_person):
    """An animator, of the support structures' college."""
    return _cast.people.animator if _cast else make_person(*factories.LUCIE, is_animator=True)


@pytest.fixture
def no_posting_limits(monkeypatch):
    """People post as much as programs do."""
    for kind in POSTING_LIMITS:
        monkeypatch.setitem(POSTING_LIMITS, kind, PostingLimits((), "TRUE"))


@pytest.fixture
def mailed_at_once(monkeypatch):
    """Mails tell of posts that their authors may still undo."""
    monkeypatch.setattr("forum.base.outgoing_mail.queries.UNDO_PERIOD", timedelta(0))


@pytest.fixture
def people(_cast, make_person, spaces, claire, jeanne, lucie):
    """One person of each standing, by role; ``guest`` is nobody."""
    return _cast.people if _cast else factories.create_cast(claire, jeanne, lucie)


@pytest.fixture
def viewer_of():
    """The viewer a person is at this moment; of None, a guest."""
    return lambda person: viewer_of_person(person) if person else GUEST


@pytest.fixture
def browser_of(_cast):
    """A test client signed in as a person; of None, a guest's."""

    def browser_of(person):
        if _cast and person and person.pk in _cast.sessions:
            return client_of_session(_cast.sessions[person.pk])
        return sign_in(person)

    return browser_of


@pytest.fixture
def thread(claire, spaces):
    """Claire's question to the whole network."""
    return factories.start_thread(claire, spaces["network"])
