"""Images made anew and first pages of PDFs, by ``image_program.py`` in a process of its own."""

import json
import os
import subprocess
import sys
from typing import NamedTuple

from forum.files.preparing import image_program
from forum.files.preparing.image_program import ImageRefused

#: What the process is given besides. Addresses are bounded, of which glibc would set 64 MB
#: aside for each thread of a decoder.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}


class PreparedImage(NamedTuple):
    """An image made anew: its largest size, ``{width: WebP}``, and its average ``colour``."""

    width: int
    height: int
    colour: str
    versions: dict[int, bytes]


def prepare_image(content: bytes) -> PreparedImage:
    """``content`` made anew within its bounds; raise ImageRefused where it cannot be."""
    return _output_of("image", content)


def draw_first_page(content: bytes) -> PreparedImage:
    """The first page of the PDF ``content``, within the same bounds; raise as above."""
    return _output_of("pdf", content)


def command_for(kind: str) -> list[str]:
    """The program for an ``image`` or a ``pdf``; nothing of what was sent is in it."""
    memory = image_program.MAX_MEMORY, image_program.MAX_HEIC_MEMORY
    bounds = map(str, (image_program.MAX_CPU_SECONDS, *memory))
    return [sys.executable, "-I", image_program.__file__, kind, *bounds]


def _output_of(kind: str, content: bytes) -> PreparedImage:
    try:
        done = subprocess.run(  # noqa: S603
            command_for(kind), input=content, capture_output=True,
            timeout=image_program.MAX_SECONDS, env=os.environ | ENVIRONMENT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ImageRefused("too-large") from None
    if done.returncode:  # Ended by a signal, or out of memory where it could not say so.
        raise ImageRefused("too-large")
    head, _newline, body = done.stdout.partition(b"\n")
    made = json.loads(head)
    if "refused" in made:
        raise ImageRefused(made["refused"])
    versions, start = {}, 0
    for width, length in made["lengths"]:
        versions[width] = body[start : start + length]
        start += length
    return PreparedImage(made["width"], made["height"], made["colour"], versions)
