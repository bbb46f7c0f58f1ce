"""Decoders of untrusted bytes, each run in a process of its own that may do nothing else.

Decoders of pictures, PDFs and HTML have had holes, and a few kilobytes can be made to cost
minutes or gigabytes. ``sandbox_program.py`` puts up the walls.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from accounts.base import sandbox_program

#: All that the process finds in its environment. Its addresses are bounded, of which glibc
#: would set 64 MB aside for each thread.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
#: Where the system has its libraries.
_LIBRARIES = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", f"{sys.base_prefix}/lib"]
_READABLE = [*_LIBRARIES, "/etc/ld.so.cache"]


@dataclass(frozen=True)
class Bounds:
    """What a decoder may take.

    ``cpu_seconds`` of processor time, and ``seconds`` until it is given up on a machine that is
    busy; bytes of ``memory``, and of the ``output``; ``threads``: whether it may start some.
    """

    cpu_seconds: int
    seconds: float
    memory: int
    output: int
    threads: bool = False


class DecoderStopped(Exception):
    """It came to no end within its bounds."""


def run_decoder(decoder: str, content: bytes, *arguments: str, bounds: Bounds) -> bytes:
    """What ``decode(content, *arguments)`` of the module at the path ``decoder`` returns.

    Raise DecoderStopped where it went beyond ``bounds``, or raised an error of its own. The
    module imports nothing of the project; its libraries it may import whenever it likes.
    Nothing of what was sent may be in ``arguments``, which others on the machine can read.
    """
    with _output_file() as output:
        try:
            done = subprocess.run(  # noqa: S603
                command_of(decoder, *arguments, bounds=bounds), input=content, stdout=output,
                stderr=subprocess.DEVNULL, timeout=bounds.seconds, env=ENVIRONMENT, cwd="/",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise DecoderStopped from None
        if done.returncode:
            raise DecoderStopped
        output.seek(0)
        return output.read()


def command_of(decoder: str, *arguments: str, bounds: Bounds) -> list[str]:
    """The command that runs it."""
    packages = [it for it in sys.path if Path(it).name in ("site-packages", "dist-packages")]
    bounded = bounds.cpu_seconds, bounds.memory, bounds.output, int(bounds.threads)
    numbers = ",".join(map(str, bounded))
    program = [sys.executable, "-I", "-S", sandbox_program.__file__, decoder, numbers]
    return [*program, os.pathsep.join(packages), os.pathsep.join(_READABLE), *arguments]


def missing_walls() -> list[str]:
    """The names of the walls that this system does not have, tried out."""
    bounds = Bounds(cpu_seconds=5, seconds=60, memory=200 * 10**6, output=1000)
    return run_decoder(sandbox_program.__file__, b"", bounds=bounds).decode().split()


@contextmanager
def _output_file() -> Iterator[BinaryIO]:
    """A file in memory, whose size the kernel bounds for who writes to it: no pipe can be."""
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("decoded"), "w+b") as file:
            yield file
    else:
        with TemporaryFile() as file:
            yield file
