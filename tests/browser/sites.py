"""Sites that begin at once: each is a fork of a process that had imported them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from django.conf import settings

from tests.browser.site import (
    END_WITHIN,
    FILES_OF,
    Site,
    database_address,
    drop_database,
    environment_of,
    make_database,
    wait_for,
)
from tests.servers import free_port


@dataclass(frozen=True)
class PreparedSite(Site):
    """A server that a process which had imported the site began."""

    process: "PreparedProcess"

    def run(self, code):
        """Run ``code`` beside the server; what it prints."""
        place = self.log.parent
        out, err = (_new_file(place, name) for name in ("out-", "err-"))
        assert self.process.do("run", code, str(out), str(err)) == 0, err.read_text()
        return out.read_text()


class PreparedProcess:
    """``prepared.py`` in a process of its own; ``do`` gives it a command."""

    def __init__(self, environment):
        """Begin to prepare it: what it is told to do it does once it is ready."""
        command = [sys.executable, "-m", "tests.browser.prepared"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, start_new_session=True, **pipes
        )

    def do(self, *command):
        """What it answers to ``command``."""
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def end(self):
        """Have it end."""
        self._process.communicate()


class Sites:
    """Sites on copies of the database at ``loaded``; of a kind, one is served at a time."""

    def __init__(self, folder, loaded, static_root):
        self._folder, self._loaded, self._static_root = folder, loaded, static_root
        self._prepared = {}

    @contextmanager
    def serve(self, **environment):
        """The demonstration, while it is served.

        ``environment`` is what it differs in from the demonstration with open admission, where
        newcomers' posts do not wait, and a file posts more than a person would.
        """
        own, process = self._prepare(environment)
        place = Path(own["FORUM_FILES"]).parent
        make_database(own["DATABASE_URL"], self._loaded)
        shutil.rmtree(own["FORUM_FILES"], ignore_errors=True)
        shutil.copytree(FILES_OF[self._loaded], own["FORUM_FILES"])
        log = _new_file(place, "log-")
        site = PreparedSite(free_port(), log, own, process)
        process.do("serve", site.port, str(log))
        try:
            wait_for(site, lambda: process.do("wait", 0) is not None)
            yield site
        finally:
            process.do("signal", signal.SIGTERM)
            if process.do("wait", END_WITHIN) is None:
                process.do("signal", signal.SIGABRT)  # It then says where each thread is.
                process.do("wait", END_WITHIN)
                raise RuntimeError(f"The server did not end:\n{log.read_text()}")

    def end(self):
        """End the processes."""
        for own, process in self._prepared.values():
            process.end()
            drop_database(own["DATABASE_URL"])

    def _prepare(self, environment):
        inherited = dict(os.environ)
        inherited.pop("PYTEST_CURRENT_TEST", None)
        kind = json.dumps([inherited, environment], sort_keys=True)
        if kind not in self._prepared:
            place = self._folder / str(len(self._prepared))
            place.mkdir()
            own = environment_of(database_address(place / "site"), self._static_root)
            own |= {"FORUM_FIRST_POSTS_HELD": "0", "FORUM_POSTING_LIMITS": "0"} | environment
            own["FORUM_FILES"] = str(place / "files")
            self._prepared[kind] = own, PreparedProcess(own)
        return self._prepared[kind]


def _new_file(folder, prefix):
    handle, name = mkstemp(dir=folder, prefix=prefix)
    os.close(handle)
    return Path(name)
