"""Asking clamd whether a file is infected, through its socket."""

import socket
import struct

from django.conf import settings

_TIMEOUT = 60  # s
_CHUNK = 2**16


class ScanFailed(Exception):
    """clamd did not answer as it should: the task is tried again later."""


def is_infected(content: bytes) -> bool:
    """Whether clamd finds something in ``content``; raise ScanFailed, OSError."""
    with _connection(settings.FORUM_CLAMAV) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            clamd.sendall(struct.pack("!I", len(chunk)) + chunk)
        clamd.sendall(struct.pack("!I", 0))
        answer = b""
        while part := clamd.recv(4096):
            answer += part
            if b"\0" in part:
                break
    verdict = answer.rstrip(b"\0\n ")
    if verdict.endswith(b"FOUND"):
        return True
    if verdict.endswith(b"OK"):
        return False
    raise ScanFailed(verdict.decode(errors="replace"))


def _connection(address: str) -> socket.socket:
    if address.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamd.settimeout(_TIMEOUT)
        try:
            clamd.connect(address)
        except OSError:
            clamd.close()
            raise
        return clamd
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), _TIMEOUT)
