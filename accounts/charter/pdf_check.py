"""Whether a file is a PDF that opens, asked in a process of its own, with bounds.

A PDF of a few megabytes can be made to cost minutes, and a page worker has other pages to
serve. Run as a program, this module reads a file from standard input and writes a PdfProblem;
it imports nothing of the project, so that it starts at once.
"""

import subprocess
import sys
from enum import StrEnum
from io import BytesIO

#: What a check may take: seconds of processor time, and until it is given up on a machine that
#: is busy; bytes of memory.
MAX_CPU_SECONDS, MAX_SECONDS, MAX_MEMORY = 3, 15, 512 * 2**20


class PdfProblem(StrEnum):
    """Why a file is not taken."""

    NONE = "none"
    UNREADABLE = "unreadable"
    PROTECTED = "protected"
    TOO_COSTLY = "too-costly"


def check_pdf(content: bytes) -> PdfProblem:
    """What is wrong with ``content``, found within the bounds above."""
    if not content.startswith(b"%PDF-"):
        return PdfProblem.UNREADABLE
    bounds = [str(MAX_CPU_SECONDS), str(MAX_MEMORY)]
    # Nothing of what was sent is in the command.
    command = [sys.executable, "-I", __file__, *bounds]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=content, capture_output=True, timeout=MAX_SECONDS
        )
    except subprocess.TimeoutExpired:
        return PdfProblem.TOO_COSTLY
    if done.returncode < 0:  # Ended by a signal: it has used up its time.
        return PdfProblem.TOO_COSTLY
    done.check_returncode()
    return PdfProblem(done.stdout.decode())


def _problem(content):
    import pypdf
    from pypdf.errors import DependencyError

    try:
        reader = pypdf.PdfReader(BytesIO(content), strict=False)
        # A PDF that only forbids printing or copying opens with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            return PdfProblem.PROTECTED
        return PdfProblem.NONE if len(reader.pages) else PdfProblem.UNREADABLE
    except MemoryError:
        return PdfProblem.TOO_COSTLY
    except (NotImplementedError, DependencyError):  # Protections that pypdf cannot open.
        return PdfProblem.PROTECTED
    except Exception:  # pypdf raises all kinds of errors on broken files.
        return PdfProblem.UNREADABLE


def _limit(cpu_seconds, memory):
    import os
    import resource

    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    if sys.platform == "linux":  # Elsewhere there is no such bound, or it does not hold.
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    if sys.platform != "win32":
        _limit(*map(int, sys.argv[1:]))
    sys.stdout.write(_problem(sys.stdin.buffer.read()))
