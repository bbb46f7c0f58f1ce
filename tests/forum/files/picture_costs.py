"""What decoding a picture costs the program that does it."""

import os
import subprocess
import sys

from forum.files.preparing.images import ENVIRONMENT, command_for

#: Seconds of processor time and megabytes of memory of one picture, of whatever kind.
SECONDS, MEGABYTES = 5, 200
#: Runs a program for each file that it is given, and prints what that one took. It is small
#: itself: a process begins with the size of the one that started it.
MEASURE = """
import os, subprocess, sys
program, files = sys.argv[1:8], sys.argv[8:]
for path in files:
    with open(path, "rb") as file:
        child = subprocess.Popen(program, stdin=file, stdout=subprocess.PIPE)
    said = child.stdout.read().partition(b"\\n")[0].decode()
    _pid, status, took = os.wait4(child.pid, 0)
    print(took.ru_maxrss // 1024, took.ru_utime + took.ru_stime, "refused" in said, path)
"""


def costs(paths):
    """``{path: (megabytes, seconds, whether it was refused)}`` of the program."""
    program = command_for("image")
    assert len(program) == 7
    measured = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, *program, *map(str, paths)],
        capture_output=True, text=True, check=True, env=os.environ | ENVIRONMENT,
    )  # fmt: skip
    rows = [line.split(" ", 3) for line in measured.stdout.splitlines()]
    return {row[3]: (int(row[0]), float(row[1]), row[2] == "True") for row in rows}
