"""Hostile files: each with what it is, and what must be answered to it."""

import io
import struct
import zlib
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from tests.forum.conversation.files.file_helpers import PDF, picture, zip_of

#: What no picture that is served may hold, wherever it was in what was sent.
SECRET = b"SECRET-48.8566N-2.3522E"
SCRIPT = b"<script>alert('" + SECRET + b"')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
HTML = b"<!doctype html>" + SCRIPT
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPS>' + SECRET + b"</exif:GPS></x:xmpmeta>"
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Outcome(StrEnum):
    """What comes of a file."""

    REFUSED = "refused as it is sent"
    SAVED = "served to be saved"
    MADE_ANEW = "a picture that was made anew"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"


class HostileFile(NamedTuple):
    """``about``: what it is. ``content`` makes it."""

    about: str
    name: str
    content: Callable[[], bytes]
    outcome: Outcome


def chunk(kind, data):
    """A chunk of a PNG."""
    body = kind + data
    return struct.pack("!I", len(data)) + body + struct.pack("!I", zlib.crc32(body))


def png(width, height, *chunks, data=None, depth=8, colour=2, interlace=0):
    """A PNG that says it is so large; its ``data`` are a few zeros."""
    head = struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    pixels = chunk(b"IDAT", data or zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + pixels


def whole_png(*chunks):
    """A PNG of 2 × 2 with these chunks before its pixels."""
    pixels = zlib.compress(b"\0\xff\0\0\0\xff\0" * 2)
    return png(2, 2, *chunks, data=pixels) + chunk(b"IEND", b"")


def zeros_png(width, height):
    """A whole PNG of one grey, in a few kilobytes for any size."""
    packer, row = zlib.compressobj(9), bytes(1 + width)
    data = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    return png(width, height, data=data, colour=0) + chunk(b"IEND", b"")


def position(orientation=1):
    """The Exif of a telephone that says where it is."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = SECRET.decode(), orientation
    exif[0x9286] = b"ASCII\0\0\0" + SECRET  # UserComment
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 51.0, 24.0), "E", (2.0, 21.0, 8.0)
    return exif.tobytes()


def macro_document(kind):
    """A document of Office or LibreOffice whose macro would run."""
    return zip_of(**{
        "[Content_Types].xml": "<Types/>", f"{kind}/vbaProject.bin": "Sub AutoOpen()",
        "Basic/Standard/Module1.xml": "Shell(calc)",
    })  # fmt: skip


def pdf_of(body):
    """A PDF with these objects."""
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def nested_zip(depth, size=10**5):
    """Archives in archives, the innermost of zeros."""
    content = b"\0" * size
    for level in range(depth):
        written = io.BytesIO()
        with ZipFile(written, "w", ZIP_DEFLATED) as file:
            for copy in range(4):
                file.writestr(f"{level}-{copy}.zip", content)
        content = written.getvalue()
    return content


def animation(frames, size=(64, 64), file_format="GIF"):
    """A moving picture."""
    images = [Image.new("RGB", size, (n % 256, n // 256, 7)) for n in range(frames)]
    written = io.BytesIO()
    images[0].save(written, file_format, save_all=True, append_images=images[1:], duration=1)
    return written.getvalue()


def gif_that_says(width, height):
    """A GIF of a large screen with no picture in it."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + b"\0" * 6 + b";"


_PNG = partial(picture, (40, 30), "PNG")
_JPEG = partial(picture, (40, 30), "JPEG")
_NOT_TAKEN = [
    ("an SVG", "plan.svg", SVG),
    ("an SVG, compressed", "plan.svgz", zlib.compress(SVG)),
    ("a page", "page.html", HTML),
    ("a page of XHTML", "page.xhtml", HTML),
    ("a style sheet for XML", "page.xsl", HTML),
    ("a page in a mail's archive", "page.mht", HTML),
    ("a script", "outil.js", b"alert(1)"),
    ("a program", "outil.exe", b"MZ\x90"),
    ("a program by another name", "facture.pdf.exe", b"MZ\x90"),
    ("a program whose name is turned round", "facture\u202efdp.exe", b"MZ\x90"),
    ("a shortcut", "plan.lnk", b"L\0\0\0"),
    ("a document with macros", "macro.docm", macro_document("word")),
    ("a shell's start-up", ".htaccess", b"AddHandler x .pdf"),
    ("an SVG as a JPEG", "photo.jpg", SVG),
    ("an SVG as a PNG", "photo.png", SVG),
    ("a page as a PNG", "photo.png", HTML),
    ("a page as a WebP", "photo.webp", b"RIFF\0\0\0\0WAVE" + HTML),
    ("a film as an AVIF", "photo.avif", b"\0\0\0\x18ftypmp42"),
    ("PostScript as a JPEG", "photo.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id)(w)file"),
    ("a TIFF as a JPEG", "photo.jpg", b"II*\0" + b"\0" * 99),
    ("a BMP as a PNG", "photo.png", b"BM" + b"\0" * 99),
    ("a list of commands for ImageMagick", "photo.png", b"push graphic-context\n"),
    ("a page as a PDF", "acte.pdf", HTML),
    ("a program as a PDF", "acte.pdf", b"MZ\x90" + b"\0" * 2000 + b"%PDF-1.7"),
    ("an SVG as a track", "trace.gpx", SVG),
    ("a page as a map", "carte.geojson", HTML),
    ("a program as a table", "liste.csv", b"MZ\0\x90"),
    ("no archive as a document", "acte.odt", b"pas un zip"),
    ("nothing", "vide.pdf", b""),
    ("a document named as a page", "plan.pdf.html", PDF),
    ("no ending", "sans-fin", PDF),
    ("a name of NUL alone", "\0\0", PDF),
    ("a name of 4,000 dots", "." * 4000 + ".pdf", PDF),
    ("a name with a new header", "a\r\nSet-Cookie: x=1\r\n.pdf", PDF),
]
_DOCUMENTS = [
    ("a page as a text", "page.txt", HTML),
    ("a page as a table", "page.csv", HTML),
    ("a formula in a table", "liste.csv", b"=cmd|' /C calc'!A0;1"),
    ("a page in a track", "trace.gpx", b"<gpx>" + SVG + b"</gpx>"),
    ("an entity bomb in a track", "trace.gpx", b'<!DOCTYPE gpx [<!ENTITY a "aa">]><gpx >&a;'),
    ("a page in a map", "carte.geojson", b'{"a":"' + HTML + b'"}'),
    ("a map of 700 levels", "carte.geojson", b'{"a":' * 700),
    ("a PDF with a script", "acte.pdf", pdf_of(b"1 0 obj<</OpenAction<</S/JavaScript>>>>")),
    ("a PDF that launches", "acte.pdf", pdf_of(b"1 0 obj<</OpenAction<</S/Launch/F(x)>>>>")),
    ("a PDF that refers to itself", "acte.pdf", pdf_of(b"1 0 obj<</Kids[1 0 R]>>endobj")),
    ("a PDF that is a page too", "acte.pdf", HTML + b"\n" + PDF),
    ("a PDF that is an archive too", "acte.pdf", PDF + zip_of(a="b")),
    ("a PDF cut off", "acte.pdf", PDF[:12]),
    ("macros in a text", "acte.odt", macro_document("word")),
    ("macros in a table", "table.xlsx", macro_document("xl")),
    ("macros named as a text", "acte.docx", macro_document("word")),
    ("an archive whose paths climb", "plans.zip", zip_of(**{"../../../etc/cron.d/x": "*"})),
    ("an archive of absolute paths", "plans.zip", zip_of(**{"/etc/passwd": "root"})),
    ("an archive with a page", "plans.zip", zip_of(**{"index.html": HTML.decode()})),
    ("an archive cut off", "plans.zip", zip_of(a="b" * 99)[:40]),
    ("an installer as an archive", "plans.zip", zip_of(**{"META-INF/MANIFEST.MF": "x"})),
    ("a virus that all know", "virus.txt", _EICAR),
    ("a drawing with a script", "plan.dxf", b'0\nSECTION\n(load "acad.lsp")'),
    ("a drawing of AutoCAD", "plan.dwg", b"AC1032" + b"\xff" * 500),
    ("a name with a path", "../../../etc/passwd.txt", b"root"),
    ("a name with a path of Windows", "C:\\Windows\\system.ini.txt", b"root"),
    ("a name with NUL", "acte\0.html\0.pdf", PDF),
    ("a name turned round", "acte\u202e\u2066fdp.txt", b"x"),
    ("a name of 4,000 letters", "é" * 4000 + ".pdf", PDF),
    ("a name of tags", '"><img src=x onerror=alert(1)>.pdf', PDF),
    ("a name of a device", "CON.pdf", PDF),
    ("a name of pictures and joiners", "👩\u200d🌾\u200b\ufeff.pdf", PDF),
]
_PICTURES = [
    ("a JPEG that says where it was taken", "a.jpg", lambda: _JPEG(exif=position())),
    ("a turned JPEG with a comment", "a.jpg",
     lambda: _JPEG(exif=position(6), comment=SECRET)),
    ("a JPEG with XMP", "a.jpg", lambda: _JPEG(xmp=XMP)),
    ("a JPEG with a profile that is none", "a.jpg", lambda: _JPEG(icc_profile=SECRET)),
    ("a PNG with Exif", "a.png", lambda: _PNG(exif=position())),
    ("a PNG with texts", "a.png", lambda: whole_png(
        chunk(b"tEXt", b"Comment\0" + SECRET),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP))),
    ("a WebP with Exif and XMP", "a.webp",
     lambda: picture((40, 30), "WEBP", exif=position(), xmp=XMP)),
    ("an AVIF with Exif and XMP", "a.avif",
     lambda: picture((40, 30), "AVIF", exif=position(), xmp=XMP)),
    ("a GIF with a comment", "a.gif", lambda: picture((40, 30), "GIF", comment=SECRET)),
    ("a GIF that is a page too", "a.gif", lambda: picture((40, 30), "GIF") + HTML),
    ("a JPEG that is an archive too", "a.jpg", lambda: _JPEG() + zip_of(a=SECRET.decode())),
    ("a PNG that is a PDF too", "a.png", lambda: _PNG() + PDF + SECRET),
    ("a JPEG with a page before its end", "a.jpg", lambda: _JPEG(comment=HTML)),
    ("a PNG by the name of a JPEG", "a.jpg", _PNG),
    ("a GIF by the name of a PNG", "a.png", lambda: picture((40, 30), "GIF")),
    ("a picture named as a page", "page.html.png", _PNG),
    ("a picture with a name of tags", '"><script>alert(1)</script>.png', _PNG),
    ("a picture of one pixel", "a.png", lambda: picture((1, 1), "PNG")),
    ("a picture that is one line", "a.png", lambda: picture((9000, 1), "PNG")),
    ("a picture of 256 colours, all clear", "a.gif",
     lambda: picture((40, 30), "GIF", transparency=0)),
    ("a moving GIF", "a.gif", lambda: animation(20)),
    ("a moving WebP", "a.webp", lambda: animation(20, file_format="WEBP")),
]  # fmt: skip
_BROKEN = [
    ("a PNG whose profile unfolds to 50 MB", "a.png", lambda: whole_png(
        chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"a" * 50_000_000)))),
    ("a PNG whose text unfolds to 50 MB", "a.png", lambda: whole_png(
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 50_000_000)))),
    ("a PNG cut off", "a.png", lambda: picture((300, 300), "PNG")[:90]),
    ("a JPEG cut off", "a.jpg", lambda: picture((900, 900))[:300]),
    ("a WebP cut off", "a.webp", lambda: picture((900, 900), "WEBP")[:60]),
    ("an AVIF cut off", "a.avif", lambda: picture((90, 90), "AVIF")[:200]),
    ("a GIF cut off", "a.gif", lambda: picture((300, 300), "GIF")[:20]),
    ("a PNG without pixels", "a.png", lambda: png(500, 500) + b"IEND"),
    ("a PNG of no width", "a.png", lambda: png(0, 500)),
    ("a GIF of a page", "a.gif", lambda: b"GIF89a" + HTML),
    ("a JPEG of a page", "a.jpg", lambda: b"\xff\xd8\xff\xe0" + HTML),
    ("a GIF with no picture", "a.gif", lambda: gif_that_says(65_535, 65_535)),
]  # fmt: skip
_LARGE = [
    ("a PNG that says 900 million pixels", "a.png", lambda: png(30_000, 30_000)),
    ("a PNG that says more than there are numbers", "a.png",
     lambda: png(2**31 - 1, 2**31 - 1)),
    ("a PNG longer than any", "a.png", lambda: png(40_000, 10)),
]  # fmt: skip
_BOMBS = [
    ("a PNG of 58 million grey pixels", "a.png", lambda: zeros_png(7600, 7600),
     Outcome.MADE_ANEW),
    ("a PNG of 59 million pixels with colours", "a.png",
     lambda: png(7700, 7700, data=zlib.compress(bytes(7700 * 3 + 1) * 7700, 9)),
     Outcome.TOO_LARGE),
    ("a PNG in seven passes", "a.png",
     lambda: png(7000, 7000, data=zlib.compress(bytes(7000 * 3 + 1) * 7100, 9), interlace=1),
     Outcome.TOO_LARGE),
    ("a WebP of 50 million pixels", "a.webp",
     lambda: picture((7000, 7000), "WEBP", method=0), Outcome.UNREADABLE),
    ("an AVIF of 36 million pixels", "a.avif",
     lambda: picture((6000, 6000), "AVIF", speed=10), Outcome.TOO_LARGE),
    ("a JPEG of 58 million pixels in passes", "a.jpg",
     lambda: picture((7600, 7600), progressive=True, subsampling=0), Outcome.TOO_LARGE),
    ("a JPEG of 58 million pixels", "a.jpg", lambda: picture((7600, 7600)),
     Outcome.MADE_ANEW),
    ("a GIF of 58 million pixels", "a.gif", lambda: picture((7600, 7600), "GIF"),
     Outcome.MADE_ANEW),
    ("a GIF of 3,000 pictures", "a.gif", lambda: animation(3000), Outcome.MADE_ANEW),
    ("a WebP of 1,000 pictures", "a.webp", lambda: animation(1000, file_format="WEBP"),
     Outcome.MADE_ANEW),
    ("archives in archives, 1 GB in all", "a.zip", lambda: nested_zip(6), Outcome.SAVED),
    ("an archive of 19 MB of zeros, unpacked 1,000 times that", "a.zip",
     lambda: zip_of(**{f"{n}": "0" * 10**5 for n in range(190)}), Outcome.SAVED),
    ("a PDF of 100,000 objects", "a.pdf",
     lambda: pdf_of(b"".join(b"%d 0 obj<<>>endobj\n" % n for n in range(100_000))),
     Outcome.SAVED),
    ("a PDF whose stream unfolds to 1 GB", "a.pdf",
     lambda: pdf_of(b"1 0 obj<</Filter/FlateDecode>>stream\n"
                    + zlib.compress(bytes(10**8), 9) * 10 + b"endstream"), Outcome.SAVED),
    ("a PDF of 19 MB", "a.pdf", lambda: PDF + b"%" * 19_000_000, Outcome.SAVED),
    ("one more than is taken", "a.pdf", lambda: PDF + b"%" * 20_000_000, Outcome.REFUSED),
]  # fmt: skip


def _bytes(content):
    return lambda: content


#: Those that no decoder is asked about: they cost next to nothing.
QUICK = [
    *(HostileFile(about, name, _bytes(it), Outcome.REFUSED) for about, name, it in _NOT_TAKEN),
    *(HostileFile(about, name, _bytes(it), Outcome.SAVED) for about, name, it in _DOCUMENTS),
]
#: Those that are decoded, each in a process of its own.
DECODED = [
    *(HostileFile(*it, Outcome.MADE_ANEW) for it in _PICTURES),
    *(HostileFile(*it, Outcome.UNREADABLE) for it in _BROKEN),
    *(HostileFile(*it, Outcome.TOO_LARGE) for it in _LARGE),
]
#: Those that are much more than they seem.
BOMBS = [HostileFile(*it) for it in _BOMBS]
