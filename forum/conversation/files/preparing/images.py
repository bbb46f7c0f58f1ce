"""Images re-encoded and first pages of PDFs, by ``image_program.py`` in a sandbox."""

import json
from dataclasses import replace
from typing import NamedTuple

from accounts.base.sandbox import Bounds, DecoderStopped, run_decoder
from forum.conversation.files.preparing import image_program
from forum.conversation.files.preparing.image_program import ImageRefused

#: What an image may take; decoders need 4 to 16 bytes of memory for each pixel.
BOUNDS = Bounds(cpu_seconds=5, seconds=90, memory=220 * 10**6, output=50 * 10**6)
#: And HEIC, whose library decodes in a thread, and maps an encoder that is never used: no more
#: of it is in memory.
HEIC_BOUNDS = replace(BOUNDS, memory=BOUNDS.memory + 25 * 10**6, threads=True)
#: Seconds that the sender of a photo or a logo waits for it at most.
AVATAR_SECONDS = 15
#: And a first page, without which a PDF is as good: others wait for the worker meanwhile.
PAGE_BOUNDS = replace(BOUNDS, cpu_seconds=2)


class PreparedImage(NamedTuple):
    """An image, re-encoded: its largest size, ``{width: WebP}``, and its average ``colour``."""

    width: int
    height: int
    colour: str
    versions: dict[int, bytes]


def prepare_image(content: bytes) -> PreparedImage:
    """``content`` re-encoded within its bounds; raise ImageRefused where it cannot be."""
    return _output_of("image", content, bounds_of(content))


def draw_first_page(content: bytes) -> PreparedImage:
    """The first page of the PDF ``content``, within its bounds; raise as above."""
    return _output_of("pdf", content, PAGE_BOUNDS)


def prepare_avatar(content: bytes, kind: str) -> bytes:
    """``content`` as a square WebP, a ``photo`` or a ``logo``; raise as above."""
    bounds = replace(bounds_of(content), seconds=AVATAR_SECONDS)
    (version,) = _output_of(kind, content, bounds).versions.values()
    return version


def bounds_of(content: bytes) -> Bounds:
    """What ``content`` may take, which is HEIC where it begins as that does."""
    return HEIC_BOUNDS if image_program.may_be_heic(content) else BOUNDS


def _output_of(kind: str, content: bytes, bounds: Bounds) -> PreparedImage:
    try:
        output = run_decoder(image_program.__file__, content, kind, bounds=bounds)
    except DecoderStopped:
        raise ImageRefused("too-large") from None
    head, _newline, body = output.partition(b"\n")
    made = json.loads(head)
    if "refused" in made:
        raise ImageRefused(made["refused"])
    versions, start = {}, 0
    for width, length in made["lengths"]:
        versions[width] = body[start : start + length]
        start += length
    return PreparedImage(made["width"], made["height"], made["colour"], versions)
