"""The demonstration on a real server, and the Chromium that visits it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings

from tests.servers import free_port

CHROMIUM = "/usr/bin/chromium"
#: Its engine without what is around pages, if it is there: a context begins in no time.
_SHELL = Path("/usr/bin/chromium-headless-shell")
ENGINE = str(_SHELL) if _SHELL.exists() else CHROMIUM
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
PASSWORD = "foirail-demo-2026"
SIGN_IN = "essai/connexion/"
START_WITHIN, END_WITHIN = 60, 30  # seconds
#: Makes the tables, from the models as in other tests, and what the demonstration has.
_LOAD = """
from django.core.management import call_command
from tests.tables import record_migrations, tables_from_models
with tables_from_models():
    call_command("migrate", run_syncdb=True, verbosity=0)
record_migrations()
for command in "load_network", "load_demo":
    call_command(command, verbosity=0)
"""
#: Where the files of a loaded demonstration are, by the address of its database.
FILES_OF = {}


@dataclass(frozen=True)
class Site:
    """A running server, and what it says, letters included."""

    port: int
    log: Path
    environment: dict

    @property
    def address(self):
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, code):
        """Run ``code`` in a process of its own, beside the server."""
        assert _manage(self.environment, "shell", "-v0", "-c", code).wait() == 0

    def code_for(self, email):
        """The code in the latest letter to ``email``."""
        letter = self.log.read_text().rpartition(f"To: {email}")[2]
        return re.search(r"^([A-Z0-9]{3,4}-[A-Z0-9]{3,4})$", letter, re.MULTILINE)[1]


def collect_static(folder):
    """Make the static files in ``folder``, as production makes them."""
    environment = os.environ | SETTINGS | {"FORUM_STATIC_ROOT": str(folder)}
    assert _manage(environment, "collectstatic", "-v0", "--noinput").wait() == 0


@contextmanager
def load_demonstration(folder):
    """The address of a database in ``folder`` that holds the demonstration."""
    with _database(folder / "demonstration") as url:
        FILES_OF[url] = folder / "loaded"
        fill_database(url)
        yield url


def fill_database(url):
    """Load the demonstration into the empty database at ``url``, and its files."""
    environment = environment_of(url, FILES_OF[url].parent)
    environment["FORUM_FILES"] = str(FILES_OF[url])
    assert _manage(environment, "shell", "-v0", "-c", _LOAD).wait() == 0


@contextmanager
def serve_copy(folder, loaded, static_root, **environment):
    """The demonstration on a copy, in ``folder``, of the database at ``loaded``, while served.

    ``environment`` is what it differs in from the demonstration with open admission.
    """
    with _database(folder / "site", loaded) as url:
        environment = environment_of(url, static_root) | environment
        environment["FORUM_FILES"] = str(folder / "files")
        shutil.copytree(FILES_OF[loaded], folder / "files")
        site = Site(free_port(), folder / "log", environment)
        with site.log.open("wb") as log:
            serve = ("runserver", "--noreload", f"127.0.0.1:{site.port}")
            server = _manage(environment, *serve, stdout=log, stderr=log)
            try:
                wait_for(site, lambda: server.poll() is not None)
                yield site
            finally:
                server.terminate()
                _wait_for_end(site, server)


def environment_of(url, static_root):
    """The environment of a site with this database: the demonstration with open admission."""
    return (
        os.environ
        | SETTINGS
        | {
            "DATABASE_URL": url,
            "FORUM_STATIC_ROOT": str(static_root),
            "FORUM_FILES": f"{static_root}-files",
            "EMAIL_URL": "consolemail://",
            "FORUM_WORKER_INSIDE": "0",
            "FORUM_DEMO": "1",
            "FORUM_ADMISSION": "open",
            "FORUM_PROXIES": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONWARNINGS": "ignore",
        }
    )


def _manage(environment, *command, **options):
    root = settings.BASE_DIR
    return subprocess.Popen(
        [sys.executable, root / "manage.py", *command], cwd=root, env=environment, **options
    )


@contextmanager
def _database(place, copied=None):
    """The address of a database, empty or a copy, while it is there."""
    url = database_address(place)
    make_database(url, copied)
    yield url
    drop_database(url)


def database_address(place):
    """The address of a database to be, of the kind that the suite runs on."""
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        return f"sqlite:///{place.with_suffix('.sqlite3')}"
    return _beside(os.environ["DATABASE_URL"], f"browser_{uuid4().hex[:8]}")


def make_database(url, copied=None):
    """Make the database at ``url`` anew: empty, or a copy."""
    drop_database(url)
    if url.startswith("sqlite"):
        if copied:
            shutil.copyfile(_file_of(copied), _file_of(url))
        return
    template = f" TEMPLATE {_name_of(copied)}" if copied else ""
    _execute(url, f"CREATE DATABASE {_name_of(url)}{template}")


def drop_database(url):
    """Remove the database at ``url``, if there is one."""
    if url.startswith("sqlite"):
        for ending in ("", "-wal", "-shm"):
            Path(_file_of(url) + ending).unlink(missing_ok=True)
    else:
        _execute(url, f"DROP DATABASE IF EXISTS {_name_of(url)} WITH (FORCE)")


def _file_of(url):
    return url.removeprefix("sqlite:///")


def _name_of(url):
    return urlsplit(url).path.lstrip("/")


def _beside(url, name):
    """The address of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _execute(url, statement):
    import psycopg

    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _wait_for_end(site, server):
    try:
        server.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGABRT)  # It then says where each thread is.
        server.wait()
        raise RuntimeError(f"The server did not end:\n{site.log.read_text()}") from None


def wait_for(site, has_ended):
    """Wait until ``site`` answers; raise RuntimeError where it does not, or ``has_ended()``."""
    deadline = time.monotonic() + START_WITHIN
    while not has_ended() and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site.address}/sante/", timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{site.log.read_text()}")
