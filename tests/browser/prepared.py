"""A process that has imported the site, and serves it in forks of itself, which begin at once.

``python -m tests.browser.prepared`` reads a command a line, a list in JSON, and answers each
with a line: see ``Prepared``. It ends, and its server with it, where its input does.
"""

import gc
import json
import os
import select
import signal
import sys
from importlib import import_module

import django
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.urls import get_resolver
from django.utils import translation

#: What serves sockets, but for what makes an event loop as it is imported.
_MODULES = "daphne.http_protocol", "daphne.ws_protocol", "realtime.routing", "forum.site.warm"


class Prepared:
    """The commands, each a method of its name."""

    def __init__(self):
        self._server, self._status = None, None

    def serve(self, port, log):
        """Begin to serve at ``port``, and to write all that is said to the file ``log``."""
        self._server, self._status = _fork(lambda: _serve(port), log, log), None

    def signal(self, number):
        """Send the server this signal, if it runs."""
        if self._server and self.wait(0) is None:
            os.kill(self._server, number)

    def wait(self, seconds):
        """The exit status of the server, which is waited for so long; None while it runs."""
        if self._status is None:
            server = os.pidfd_open(self._server)
            if select.select([server], [], [], seconds)[0]:
                self._status = _exit_status(self._server)
            os.close(server)
        return self._status

    def run(self, code, out, err):
        """Run ``code`` beside the server; its exit status."""
        return _exit_status(_fork(lambda: exec(code, {}), out, err))


class _Forked(BaseException):
    """Raised in a fork, for ``main`` to leave to it what is to be done there."""

    def __init__(self, work):
        self.work = work


def _fork(work, out, err):
    """The number of a process of its own that does ``work`` and ends."""
    number = os.fork()
    if number:
        return number
    for place, path in ((0, os.devnull), (1, out), (2, err)):
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(path, flags, 0o600), place)
    raise _Forked(work)


def _exit_status(number):
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def _serve(port):
    from daphne.management.commands.runserver import Command

    call_command(Command(), f"127.0.0.1:{port}", use_reloader=False)


def prepare():
    """Import the site, compile its templates, load its catalogues."""
    settings.INSTALLED_APPS.remove("daphne")  # Each fork imports it: none shares a loop.
    django.setup()
    for name in _MODULES:
        import_module(name)
    _patterns = get_resolver().url_patterns
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in folder.rglob("*.html"):
            engines["django"].get_template(str(path.relative_to(folder)))
    gc.collect()
    gc.freeze()


def main():
    """Obey until there is no command any more."""
    prepare()
    prepared = Prepared()
    answers = os.fdopen(os.dup(1), "w")
    try:
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            print(json.dumps(getattr(prepared, name)(*arguments)), file=answers, flush=True)
    except _Forked as forked:
        return forked.work
    prepared.signal(signal.SIGTERM)
    return None


if __name__ == "__main__":
    if work := main():
        work()
