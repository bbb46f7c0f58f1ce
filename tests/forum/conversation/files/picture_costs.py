"""What decoding a picture costs the program that does it."""

import subprocess
import sys
from pathlib import Path

from accounts.base.sandbox import ENVIRONMENT, command_of
from forum.conversation.files.preparing import image_program, images

#: Seconds of processor time and megabytes of memory of one picture, of whatever kind.
SECONDS, MEGABYTES = 5, 200
#: Runs a program for each file that it is given, and prints what that one took. It is small
#: itself: a process begins with the size of the one that started it.
MEASURE = """
import os, subprocess, sys
count, arguments = int(sys.argv[1]), sys.argv[2:]
while arguments:
    program, path, arguments = arguments[:count], arguments[count], arguments[count + 1 :]
    with open(path, "rb") as file:
        child = subprocess.Popen(program, stdin=file, stdout=subprocess.PIPE)
    said = child.stdout.read().partition(b"\\n")[0].decode()
    _pid, status, took = os.wait4(child.pid, 0)
    print(took.ru_maxrss // 1024, took.ru_utime + took.ru_stime, "refused" in said, path)
"""


def costs(paths):
    """``{path: (megabytes, seconds, whether it was refused)}`` of the program."""
    commands = [[*_command(path), str(path)] for path in paths]
    length = len(commands[0]) - 1 if commands else 0
    measured = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, str(length), *sum(commands, [])],
        capture_output=True, text=True, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    rows = [line.split(" ", 3) for line in measured.stdout.splitlines()]
    return {row[3]: (int(row[0]), float(row[1]), row[2] == "True") for row in rows}


def _command(path):
    bounds = images.bounds_of(Path(path).read_bytes())
    return command_of(image_program.__file__, "image", bounds=bounds)
