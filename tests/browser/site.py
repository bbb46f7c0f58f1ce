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
from uuid import uuid4

from django.conf import settings

from tests.servers import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
PASSWORD = "foirail-demo-2026"
SIGN_IN = "essai/connexion/"
START_WITHIN, END_WITHIN = 60, 30  # seconds
#: Where the files of a loaded demonstration are, by the address of its database.
_FILES_OF = {}


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
        environment = _environment(url, folder)
        environment["FORUM_FILES"] = str(_FILES_OF.setdefault(url, folder / "loaded"))
        load = "from django.core.management import call_command as call\n" + "\n".join(
            f"call({command!r}, verbosity=0)"
            for command in ("migrate", "load_network", "load_demo")
        )
        assert _manage(environment, "shell", "-v0", "-c", load).wait() == 0
        yield url


@contextmanager
def serve_copy(folder, loaded, static_root, **environment):
    """The demonstration on a copy, in ``folder``, of the database at ``loaded``, while served.

    ``environment`` is what it differs in from the demonstration with open admission.
    """
    with _database(folder / "site", loaded) as url:
        environment = _environment(url, static_root) | environment
        environment["FORUM_FILES"] = str(folder / "files")
        shutil.copytree(_FILES_OF[loaded], folder / "files")
        site = Site(free_port(), folder / "log", environment)
        with site.log.open("wb") as log:
            serve = ("runserver", "--noreload", f"127.0.0.1:{site.port}")
            server = _manage(environment, *serve, stdout=log, stderr=log)
            try:
                _wait_for(site, server)
                yield site
            finally:
                server.terminate()
                _wait_for_end(site, server)


def _environment(url, static_root):
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
    """The address of a database, of the kind that the suite runs on: empty, or a copy."""
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        file = place.with_suffix(".sqlite3")
        if copied:
            shutil.copyfile(copied.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    import psycopg

    base, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"browser_{uuid4().hex[:8]}"
    template = f" TEMPLATE {copied.rpartition('/')[2]}" if copied else ""
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")
        yield f"{base}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_for_end(site, server):
    try:
        server.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGABRT)  # It then says where each thread is.
        server.wait()
        raise RuntimeError(f"The server did not end:\n{site.log.read_text()}") from None


def _wait_for(site, server):
    deadline = time.monotonic() + START_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site.address}/sante/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{site.log.read_text()}")
