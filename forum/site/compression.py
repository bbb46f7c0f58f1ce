"""Pages compressed for the network: as Django does it, in half its time."""

import secrets
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import gzip
from django.utils.cache import patch_vary_headers
from zlib_ng.gzip_ng import GzipNGFile

#: Of zlib-ng's levels: what it makes is about as small as with zlib's 6, Django's, and with its
#: own 6, which takes a fifth longer for 0.3 % less.
LEVEL = 5
#: Bytes: what is shorter is sent as it is.
_MIN_LENGTH = 200


class GZipMiddleware(gzip.GZipMiddleware):
    """Django's, with zlib-ng. Answers that are streamed are left to Django, archives as is."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress ``response`` where the client takes gzip and it gets shorter."""
        if response.get("Content-Type") == "application/zip":
            return response
        if response.streaming or not isinstance(response, HttpResponse):
            return super().process_response(request, response)
        plain = response.content
        if len(plain) < _MIN_LENGTH or response.has_header("Content-Encoding"):
            return response
        if response.has_header("Accept-Ranges"):  # Parts of it are of what is stored.
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not gzip.re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        packed = _compress(plain, self.max_random_bytes)
        if len(packed) >= len(plain):
            return response
        response.content = packed
        response.headers["Content-Length"] = str(len(packed))
        response.headers["Content-Encoding"] = "gzip"
        if (etag := response.get("ETag", "")).startswith('"'):
            response.headers["ETag"] = f"W/{etag}"  # RFC 9110, 8.8.1: not byte for byte.
        return response


def _compress(plain: bytes, max_random_bytes: int) -> bytes:
    """``plain`` as a gzip file, whose name makes its length tell nothing of a secret in it.

    The name is of 1 to ``max_random_bytes`` letters, against BREACH (breachattack.com), as in
    Django.
    """
    name = "a" * (1 + secrets.randbelow(max_random_bytes))
    packed = BytesIO()
    with GzipNGFile(name, "wb", LEVEL, packed, mtime=0) as file:
        file.write(plain)
    return packed.getvalue()
