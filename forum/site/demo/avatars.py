"""Photos and logos of the demonstration, drawn here, for a few people and organisations."""

import struct
import zlib
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Seat, User
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.avatars.actions import choose_logo, choose_photo
from forum.site.demo import source_data
from forum.site.demo.people import demo_email

_SIDE = 384
#: Left, top, right, bottom of what is drawn, and whether it is round.
_FACE = [
    (104, 60, 280, 250, True), (52, 280, 332, 560, True), (164, 240, 220, 310, False),
    (120, 96, 264, 280, True),
]  # fmt: skip
_SUN = [(112, 80, 272, 240, True), (64, 272, 320, 296, False), (112, 320, 272, 344, False)]
#: Ground, hair, clothes and skin of so many of the first people.
_COLOURS = [
    ("d7e4dc", "4a3222", "2f5d50", "e8b796"),
    ("f3dfb6", "1f1a17", "8a3b2e", "c98e63"),
    ("cfdcea", "a9a29a", "31456a", "f0c9ab"),
]


def create_avatars() -> None:
    """Give the first people a photo, and the organisation of each a logo."""
    for row, (ground, hair, clothes, skin) in zip(source_data.people(), _COLOURS, strict=False):
        person = User.objects.get(email=demo_email(row))
        actor = viewer_of_person(person)
        choose_photo(actor, _picture(_FACE, ground, hair, clothes, skin, skin))
        for seat in Seat.objects.representing().filter(person=person)[:1]:
            choose_logo(actor, seat.organisation, _picture(_SUN, ground, *[clothes] * 3))


def _picture(
    shapes: Sequence[tuple[int, int, int, int, bool]], ground: str, *colours: str
) -> SimpleUploadedFile:
    """A PNG of ``shapes``, each drawn over those before it, as somebody might send one."""
    rows = b""
    for y in range(_SIDE):
        row = [ground] * _SIDE
        for (left, top, right, bottom, is_round), colour in zip(shapes, colours, strict=True):
            middle, height = (top + bottom) / 2, (bottom - top) / 2
            inside = max(0, 1 - ((y - middle) / height) ** 2) ** (0.5 if is_round else 0)
            if top <= y < bottom:
                half = inside * (right - left) / 2
                start, end = ((left + right) / 2 + side * half for side in (-1, 1))
                at = slice(max(0, round(start)), min(_SIDE, round(end)))
                row[at] = [colour] * (at.stop - at.start)
        rows += b"\0" + b"".join(map(bytes.fromhex, row))
    head = struct.pack("!IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    content = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)
    return SimpleUploadedFile("image.png", content, "image/png")


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack("!I", len(data)) + body + struct.pack("!I", zlib.crc32(body))
