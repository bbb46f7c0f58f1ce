"""Checks of ``check --deploy``: whether decoders of untrusted bytes are isolated, and work."""

from base64 import b64decode

from django.core.checks import CheckMessage, Warning

from accounts.base.sandbox import DecoderStopped, missing_walls
from accounts.base.sandbox_program import LANDLOCK, SECCOMP
from forum.conversation.files.preparing.image_program import ImageRefused
from forum.conversation.files.preparing.images import prepare_image

_CONSEQUENCES = {
    LANDLOCK: (
        "may read what this user may: the database, files, settings of other processes",
        "It is part of Linux 5.13 and later, and has to be named in /sys/kernel/security/lsm.",
    ),
    SECCOMP: (
        "may open sockets, start processes and write files",
        "Install libseccomp (Debian: libseccomp2); a container has to allow seccomp.",
    ),
}
#: One pixel, as a GIF.
_PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def check_sandbox() -> list[CheckMessage]:
    """What is missing of the sandbox on this machine, one warning each."""
    try:
        messages = [_missing(wall) for wall in missing_walls()]
        prepare_image(_PICTURE)
    except (DecoderStopped, ImageRefused):
        return [
            Warning(
                "No picture, PDF or mail can be decoded: the sandbox ends in an error.",
                hint="Which system calls the unit or the container allows, and where the "
                "libraries of Python are: docs/operators.md, Decoders.",
                id="foirail.W002",
            )
        ]
    return messages


def _missing(wall: str) -> CheckMessage:
    consequence, hint = _CONSEQUENCES[wall]
    return Warning(
        f"{wall} is missing: a decoder of pictures, PDFs or mails that is taken over "
        f"{consequence}.",
        hint=hint,
        id="foirail.W001",
    )
