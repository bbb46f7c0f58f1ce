"""Which files are taken, by the ends of their names and how they begin.

A name says what a file is meant to be, and its first bytes must not deny it. What is in a
document is never looked at, unpacked or run here: it is only served to be saved. Of images,
nothing is served that was sent: they are decoded and re-encoded (``image_program.py``, which
also renders the first page of a PDF).
"""

import re
from collections.abc import Callable
from importlib.util import find_spec

from django.conf import settings

_IMAGE_ENDINGS = {
    "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "webp": "webp", "gif": "gif", "avif": "avif",
}  # fmt: skip
_HEIC_ENDINGS = {"heic": "heic", "heif": "heic"}
_AVIF_BRANDS, _HEIC_BRANDS = (b"avif", b"avis"), (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
#: Bytes that are looked at.
HEAD_SIZE = 4096

#: Documents that are served as what they are; all others are ``application/octet-stream``.
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
PDF = "application/pdf"
_MEDIA_TYPES = {
    "pdf": PDF, "zip": "application/zip",
    "odt": f"{_OPEN_DOCUMENT}text", "ods": f"{_OPEN_DOCUMENT}spreadsheet",
    "odp": f"{_OPEN_DOCUMENT}presentation",
    "docx": f"{_OPEN_XML}wordprocessingml.document",
    "xlsx": f"{_OPEN_XML}spreadsheetml.sheet",
    "pptx": f"{_OPEN_XML}presentationml.presentation",
}  # fmt: skip
OCTETS = "application/octet-stream"


def _is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_text(head: bytes) -> bool:
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head


def _is_gpx(head: bytes) -> bool:
    return _is_text(head) and re.search(rb"<(\w+:)?gpx[\s>]", head) is not None


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


#: How documents begin; one of another kind may begin as it likes.
_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "pdf": lambda head: b"%PDF-" in head[:1024],
    **dict.fromkeys(("zip", "odt", "ods", "odp", "docx", "xlsx", "pptx"), _is_zip),
    **dict.fromkeys(("csv", "txt", "dxf"), _is_text),
    "dwg": lambda head: head.startswith(b"AC10"),
    "gpx": _is_gpx,
    "geojson": _is_json,
}


def image_endings() -> dict[str, str]:
    """``{ending: format}`` of the images that are taken here: HEIC where its library is."""
    return _IMAGE_ENDINGS | (_HEIC_ENDINGS if find_spec("pillow_heif") else {})


def accepted_endings() -> list[str]:
    """All endings that are taken, those of images first."""
    documents = [it for it in settings.FORUM_FILE_TYPES if it not in image_endings()]
    return [*image_endings(), *documents]


def image_format(head: bytes) -> str | None:
    """The format of an image that begins with ``head``, None where it is none that we know."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        brands = [head[at : at + 4] for at in range(8, min(len(head), 64), 4)]
        if any(brand in _AVIF_BRANDS for brand in brands):
            return "avif"
        if any(brand in _HEIC_BRANDS for brand in brands):
            return "heic"
    return None


def is_what_it_says(ending: str, head: bytes) -> bool:
    """Whether a file that begins with ``head`` may be what its ``ending`` says.

    A picture by another picture's ending is one: programs mistake them, and its decoder tells.
    """
    if ending in image_endings():
        return image_format(head) in image_endings().values()
    check = _CHECKS.get(ending)
    return check is None or check(head)


def media_type_of(ending: str) -> str:
    """The media type under which a document is served."""
    return _MEDIA_TYPES.get(ending, OCTETS)
