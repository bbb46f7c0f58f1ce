"""Processes of the site, started beside a test."""

import os
import subprocess
import urllib.request
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

START_WITHIN, END_WITHIN = 60, 30  # seconds, on a busy machine


def database_url(folder):
    """Where another process finds the database of this test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "site.sqlite3")])
    return f"sqlite:///{folder / 'site.sqlite3'}"


@contextmanager
def running(command, port, log, environment):
    """A process of ``command``, from when it is well until it has ended in order."""
    with log.open("wb") as out:
        options = {"stdout": out, "stderr": out, "cwd": settings.BASE_DIR, "env": environment}
        process = subprocess.Popen(command, **options)
    try:
        deadline = datetime.now() + timedelta(seconds=START_WITHIN)
        while not is_well(port):
            assert process.poll() is None and datetime.now() < deadline, log.read_text()
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_WITHIN)
        finally:
            process.kill()


def is_well(port):
    """Whether it answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
