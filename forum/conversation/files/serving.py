"""Answers that are files: their headers, their ranges, and nginx where it sends them."""

import logging
import re
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags

from accounts.base.parsing import MAX_NUMBER, parse_natural_number
from forum.conversation.files.models import StoredFile
from forum.conversation.files.names import with_ending
from forum.conversation.files.storage import storage_errors

log = logging.getLogger("forum")

#: Whatever a file is, nothing in it runs, and nothing is fetched for it.
_POLICY = "sandbox; default-src 'none'"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII | re.IGNORECASE)


def file_response(request: HttpRequest, row: StoredFile, width: int | None) -> HttpResponseBase:
    """The answer with ``row``, which the viewer may have; as a picture in this ``width``.

    Browsers ask each time whether they still may: a right that is lost counts at once.
    """
    name = (row.object_name(width) if width in row.widths else row.content.name) or ""
    is_page = not row.is_image and width in row.widths
    etag = f'"{name.rpartition("/")[2]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    elif settings.FORUM_ACCEL_REDIRECT:
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.FORUM_ACCEL_REDIRECT}{quote(name)}"
    else:
        try:
            response = _content(request, row, name, etag)
        except FileNotFoundError:
            raise Http404 from None
        except storage_errors() as error:
            log.error("A file could not be read: %s", error)
            return HttpResponse(status=503, headers={"Retry-After": "30"})
    response["Content-Type"] = "image/webp" if is_page else row.media_type
    shown_name = with_ending(row.name, "webp") if is_page else row.name
    is_attachment = not (row.is_image or is_page)
    disposition = content_disposition_header(is_attachment, shown_name)
    assert disposition is not None  # It is where there is a name.
    response["Content-Disposition"] = disposition
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ("Cookie",))
    return response


def _content(request: HttpRequest, row: StoredFile, name: str, etag: str) -> HttpResponse:
    with row.content.storage.open(name, "rb") as file:
        length = file.size
        asked = _range_of(request, length, etag)
        if asked is None:
            response = HttpResponse(file.read())
        elif not asked:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{length}"
        else:
            file.seek(asked.start)
            response = HttpResponse(file.read(len(asked)), status=206)
            response["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{length}"
    response["Accept-Ranges"] = "bytes"
    return response


def _range_of(request: HttpRequest, length: int, etag: str) -> range | None:
    """The bytes that are asked for; none of them where there are none such; None for all.

    As RFC 9110 (14.2) says: of a GET alone; several ranges and other units are ignored.
    """
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or match.groups() == ("", ""):  # Several ranges, or another unit.
        return None
    first, last = (_position(digits) if digits else None for digits in match.groups())
    if first is None:
        return range(max(0, length - (last or 0)), length)
    return range(first, length if last is None else min(length, last + 1))


def _position(digits: str) -> int:
    """The number that ``digits`` write; one beyond all files where a column holds none such."""
    number = parse_natural_number(digits)
    return MAX_NUMBER if number is None else number
