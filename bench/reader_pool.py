"""Many readers at once, and the bare loop they are compared with (``floor/*.c``)."""

import subprocess
import time
from collections import namedtuple
from functools import cache
from pathlib import Path
from struct import iter_unpack
from tempfile import TemporaryDirectory

from bench.http_replies import MARK
from bench.servers import pinned_to
from bench.targets import Target
from tests.servers import free_port

SOURCES = Path(__file__).parent / "floor"
Arrival = namedtuple("Arrival", "line number at")
#: ``codes``: how often lines ended with which code (4xxx), HTTP status or errno.
PoolState = namedtuple("PoolState", "open closed texts bytes longest cpu codes")


@cache
def compile_program(name):
    """The program made of ``floor/NAME.c``, in a folder that lasts as long as we do."""
    program = Path(_build_folder().name) / name
    source = SOURCES / f"{name}.c"
    subprocess.run(["cc", "-O2", "-o", program, source], check=True)
    return program


@cache
def _build_folder():
    return TemporaryDirectory(prefix="bench-c-")


class ReaderPool:
    """``count`` open pages of a target. What arrives is noted when the kernel has it."""

    def __init__(self, target, count, *, inflight=64, each=1000, cores=""):
        """Not connected. ``each``: so many come from one address."""
        self.count, self._folder = count, TemporaryDirectory(prefix="bench-")
        self._log, paths = Path(self._folder.name) / "log", Path(self._folder.name) / "paths"
        paths.write_text("\n".join(target.paths))
        options = {"-p": target.port, "-u": paths, "-n": count, "-i": inflight,
                   "-a": each, "-m": MARK}  # fmt: skip
        options |= {"-o": target.origin} if target.origin else {}
        options |= {"-s": target.subscribe} if target.subscribe else {}
        if target.cookies:
            cookies = Path(self._folder.name) / "cookies"
            cookies.write_text("\n".join(target.cookies[:count]) + "\n")
            options["-c"] = cookies
        pairs = [*options.items(), *(("-r", rule) for rule in target.rules)]
        flat = [str(part) for pair in pairs for part in pair]
        flags = ["-g"] * target.greeting + ["-z"] * target.packing
        self._command = pinned_to([compile_program("wsload"), *flat, *flags], cores)

    def __enter__(self):
        """Connect all; ``open``, ``failed`` and ``seconds`` say how that went."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(self._command, text=True, **pipes)
        said = self._process.stdout.readline().split()
        self.open, self.failed, self.seconds = int(said[1]), int(said[2]), float(said[3])
        return self

    def __exit__(self, *failure):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def wait(self, count, seconds=20):
        """Wait for ``count`` arrivals since the last ``arrivals()``; how many there are."""
        return int(self._ask(f"wait {count} {seconds * 1000:.0f}")[1])

    def arrivals(self):
        """Each reply's arrival on each line since this was last asked."""
        self._ask(f"dump {self._log}")
        return [Arrival(*entry) for entry in iter_unpack("IIq", self._log.read_bytes())]

    def send_heartbeats(self, seconds=60):
        """Have every page send its heartbeat; seconds until all are answered."""
        started = time.monotonic()
        count = int(self._ask("beat")[1])
        self._ask(f"hear {count} {seconds * 1000}")
        return time.monotonic() - started

    def state(self):
        """How the lines are, and what this client has used."""
        *numbers, cpu, codes = (self._ask("state") + [""])[1:8]
        pairs = (pair.split(":") for pair in codes.split(",") if pair)
        codes = {int(code): int(count) for code, count in pairs}
        return PoolState(*map(int, numbers), float(cpu), codes)

    def say(self, text):
        """Have the first open line say ``text``."""
        self._process.stdin.write(f"send {text}\n")
        self._process.stdin.flush()

    def _ask(self, command):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().split()


class Floor:
    """The bare loop: ``size`` bytes to every socket, whenever one of them says something."""

    def __init__(self, size, cores=""):
        """Not started."""
        self.port = free_port("")
        self._command = pinned_to([compile_program("floor"), str(self.port), str(size)], cores)

    def __enter__(self):
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()  # "listening"
        return self

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def target(self):
        """The loop as a target; its readers are checked for nothing."""
        return Target("floor", self.port, self.port, ["/"], greeting=False,
                      pids=[self.process.pid])  # fmt: skip

    def spread(self, followers, number):
        """Send reply ``number`` to all; the moment at which the loop began."""
        followers.say(f"{MARK}{number}.")
        return int(self.process.stdout.readline())
