"""What a decoder would do that a hole of it had let a stranger take over."""

import ctypes
import os
import resource
import signal
import socket
import threading
from pathlib import Path


def decode(content: bytes, deed: str) -> bytes:
    """What came of the ``deed``, which ``content`` says more of."""
    try:
        return repr(DEEDS[deed](content.decode())).encode()
    except (OSError, RuntimeError, MemoryError, ValueError) as refused:
        return type(refused).__name__.encode()


def write_on(path):
    with open(path, "a") as file:
        file.write("x")


def run_a_program(_content):
    os.execv("/bin/true", ["/bin/true"])


def map_memory(megabytes):
    return len(bytearray(int(megabytes) * 10**6))


def read_memory_of_parent(_content):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0) < 0:  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), "")


def read_environment_of_parent(_content):
    return Path(f"/proc/{os.getppid()}/environ").read_bytes()


def loop(_content):
    while True:
        pass


def print_without_end(_content):
    while True:
        os.write(1, b"x" * 1000)


def raise_a_limit(_content):
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**40, 2**40))


def start_a_thread(_content):
    thread = threading.Thread(target=str)
    thread.start()
    thread.join()


def fail(_content):
    raise LookupError


DEEDS = {
    "environment": lambda _content: dict(os.environ),
    "read": lambda path: Path(path).read_bytes()[:10],
    "list": os.listdir,
    "read the parent's environment": lambda _: Path(
        f"/proc/{os.getppid()}/environ"
    ).read_bytes(),
    "read the parent's memory": read_memory_of_parent,
    "make a file": lambda folder: write_on(f"{folder}/made"),
    "write": write_on,
    "delete": os.unlink,
    "make a folder": lambda folder: os.mkdir(f"{folder}/made"),
    "take a file in memory": lambda _content: os.memfd_create("made"),
    "connect": lambda _content: socket.socket(socket.AF_INET),
    "connect on this machine": lambda _content: socket.socket(socket.AF_UNIX),
    "send": lambda _content: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "fork": lambda _content: os.fork(),
    "run a program": run_a_program,
    "end the parent": lambda _content: os.kill(os.getppid(), signal.SIGCONT),
    "raise a limit": raise_a_limit,
    "limit of processor time": lambda _content: resource.getrlimit(resource.RLIMIT_CPU),
    "start a thread": start_a_thread,
    "allocate": map_memory,
    "loop": loop,
    "print without end": print_without_end,
    "fail": fail,
}
