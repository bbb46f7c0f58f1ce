"""Images re-encoded and first pages of PDFs rendered: a decoder, which ``sandbox.py`` runs.

It imports nothing of the project. What it makes of an image or a PDF is a line of JSON, then
the images that it tells the lengths of. They have pixels and nothing else: no position, no
device, no thumbnail, no profile. PDFium is built without scripts and XFA, and of a PDF no form
is loaded.
"""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

#: The pixels that an image may have.
MAX_PIXELS, MAX_SIDE = 60_000_000, 30_000
#: From this many pixels on, a decoder that breaks off has most likely run out of memory: some
#: say so, others that the image is broken.
_MANY_PIXELS = 20_000_000
#: The widths that an image is kept in; the largest bounds its height too.
WIDTHS = 320, 800, 1600
#: Those of the first page of a PDF; and its longer side in shorter ones, at most.
PAGE_WIDTHS, MAX_PAGE_RATIO = (320, 800), 8
#: The side of a photo of a person or a logo, a square, and the bytes that it has at most.
AVATAR_SIDE, MAX_AVATAR_BYTES = 192, 15_000
FORMATS = "JPEG", "PNG", "WEBP", "GIF", "AVIF"
_QUALITY = 82
#: The size of a decoded image, and what cuts the rows from one to another out of it.
_Bands = tuple[tuple[int, int], Callable[[int, int], Any]]


class ImageRefused(Exception):
    """It cannot be shown; the text is ``unreadable`` or ``too-large``."""


def _reencoded(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    return _in_sizes(_pixels(content), WIDTHS)


def _photo(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    from PIL import ImageOps

    return _avatar(ImageOps.fit(_on_white(_pixels(content)), (AVATAR_SIDE, AVATAR_SIDE)))


def _logo(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The whole of it in a square, of which a photo fills all and loses what is beside."""
    from PIL import ImageOps

    size = AVATAR_SIDE, AVATAR_SIDE
    return _avatar(ImageOps.pad(_on_white(_pixels(content)), size, color="white"))


def _avatar(image: Any) -> tuple[dict[str, Any], list[bytes]]:
    """What is said of ``image``, and the image in the best quality that has so few bytes."""
    for quality in (_QUALITY, 60, 30, 0):
        if len(written := _written(image, quality)) <= MAX_AVATAR_BYTES:
            break
    return _about(image, [(image.width, len(written))]), [written]


def _pixels(content: bytes) -> Any:
    from PIL import Image

    image = _opened(content)
    bands = _decoded(image, content)
    profile = image.info.get("icc_profile")
    orientation = image.getexif().get(0x0112, 1)
    has_alpha = {"A", "a"} & {*image.getbands()} or "transparency" in image.info
    image = _reduced(*bands, "RGBA" if has_alpha else "RGB")
    image.thumbnail((WIDTHS[-1], WIDTHS[-1]), Image.Resampling.LANCZOS)
    image = _upright(image, orientation)
    return _in_srgb(image, profile)


def _first_page(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    import pypdfium2

    page = pypdfium2.PdfDocument(content)[0]
    shorter, longer = sorted(page.get_size())
    if longer > MAX_PAGE_RATIO * shorter:
        raise ImageRefused("too-large")
    # Whatever the page's box says, as many pixels; its white ground is rendered with it.
    rendered = page.render(scale=PAGE_WIDTHS[-1] / longer, may_draw_forms=False)
    return _in_sizes(rendered.to_pil().convert("RGB"), PAGE_WIDTHS)


def _in_sizes(image: Any, sizes: tuple[int, ...]) -> tuple[dict[str, Any], list[bytes]]:
    """What is said of ``image``, and the image written in those ``sizes`` that it fills."""
    from PIL import Image

    widths = [it for it in sizes[:-1] if it < image.width] + [image.width]
    versions = []
    for width in widths:
        height = max(1, round(image.height * width / image.width))
        version = image.resize((width, height), Image.Resampling.LANCZOS)
        versions.append(_written(version, _QUALITY))
    lengths = [(width, len(content)) for width, content in zip(widths, versions, strict=True)]
    return _about(image, lengths), versions


def _written(image: Any, quality: int) -> bytes:
    written = BytesIO()
    image.save(written, "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"")
    return written.getvalue()


def _about(image: Any, lengths: list[tuple[int, int]]) -> dict[str, Any]:
    from PIL import Image

    average = _on_white(image).resize((1, 1), Image.Resampling.BOX)
    red, green, blue = average.getpixel((0, 0))
    about = {"width": image.width, "height": image.height, "lengths": lengths}
    return about | {"colour": f"#{red:02x}{green:02x}{blue:02x}"}


def _on_white(image: Any) -> Any:
    from PIL import Image

    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return ground


def _opened(content: bytes) -> Any:
    """The image, not decoded; raise ImageRefused, and all that decoders raise."""
    import warnings

    from PIL import Image

    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # Ours is asked below, before anything is decoded.
    image = Image.open(BytesIO(content), formats=_formats(content))
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise ImageRefused("too-large")
    return image


def _decoded(image: Any, content: bytes) -> _Bands:
    """The image, or an animation's first; raise as above."""
    pixels = image.width * image.height  # Before a draft makes it smaller.
    try:
        if image.format == "HEIF":
            return _decoded_heif(content)
        scale = min(1, WIDTHS[-1] / max(image.size))
        # A JPEG is decoded no larger than needed.
        image.draft("RGB", (round(image.width * scale), round(image.height * scale)))
        image.load()
    except Exception:
        if pixels > _MANY_PIXELS:
            raise ImageRefused("too-large") from None
        raise
    return image.size, lambda top, end: image.crop((0, top, image.width, end))


def _decoded_heif(content: bytes) -> _Bands:
    """Its pixels as the library has them: Pillow would make a copy, a third larger."""
    import pillow_heif
    from PIL import Image

    image = pillow_heif.open_heif(content, remove_stride=False)
    pixels, stride = image.data, image.stride
    (width, _height), layout = image.size, ("raw", image.mode, stride, 1)

    def band(top: int, end: int) -> Any:
        rows = pixels[top * stride : end * stride]
        return Image.frombuffer(image.mode, (width, end - top), rows, *layout)

    return image.size, band


def may_be_heic(content: bytes) -> bool:
    """Whether ``content`` begins as HEIC does, and AVIF."""
    return content[4:8] == b"ftyp"


def _formats(content: bytes) -> list[str]:
    """The formats that are read, each by one thread: the memory of several is not bounded.

    HEIC where ``content`` may be some: its library alone takes 20 MB.
    """
    if not may_be_heic(content):
        return [*FORMATS]
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    try:
        import pillow_heif
    except ImportError:
        return [*FORMATS]
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    return [*FORMATS, "HEIF"]


def _reduced(size: tuple[int, int], band: Callable[[int, int], Any], mode: str) -> Any:
    """An image in ``mode``, at least half as large again as what is kept of it.

    It is made of bands: a second one of its full size would double the memory.
    """
    from PIL import Image

    width, height = size
    factor = max(1, int(max(size) / (1.5 * WIDTHS[-1])))
    reduced = Image.new(mode, (-(-width // factor), -(-height // factor)))
    step = 64 * factor
    for top in range(0, height, step):
        rows = band(top, min(top + step, height)).convert(mode)
        reduced.paste(rows.reduce(factor), (0, top // factor))
    return reduced


def _upright(image: Any, orientation: int) -> Any:
    """``image`` as a camera held in this ``orientation`` saw it."""
    from PIL.Image import Transpose

    turns = [
        Transpose.FLIP_LEFT_RIGHT, Transpose.ROTATE_180, Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90,
    ]  # fmt: skip
    return image.transpose(turns[orientation - 2]) if orientation in range(2, 9) else image


def _in_srgb(image: Any, profile: bytes | None) -> Any:
    """``image``, whose colours ``profile`` tells, in those that screens take for granted."""
    if not profile:
        return image
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, srgb, outputMode=image.mode) or image
    except Exception:  # A profile that cannot be read: colours as they come.
        return image


_MADE_OF = {"image": _reencoded, "pdf": _first_page, "photo": _photo, "logo": _logo}


def decode(content: bytes, kind: str) -> bytes:
    """What is made of ``content``, by its ``kind``."""
    try:
        about, versions = _MADE_OF[kind](content)
    except ImageRefused as refused:
        about, versions = {"refused": str(refused)}, []
    except MemoryError:
        about, versions = {"refused": "too-large"}, []
    except Exception:  # Decoders raise all kinds of errors on broken images.
        about, versions = {"refused": "unreadable"}, []
    return b"".join([json.dumps(about).encode(), b"\n", *versions])
