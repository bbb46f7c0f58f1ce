"""Pages compressed for the network, and what of them shows in their length."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from forum.site.compression import GZipMiddleware

TEXT = b"Un fil sur les chaufferies. " * 40


def answer(response, accepts="gzip, br"):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return GZipMiddleware(lambda _request: response)(request)


def test_a_page_is_compressed_for_whoever_takes_gzip():
    got = answer(HttpResponse(TEXT))

    assert got["Content-Encoding"] == "gzip" and got["Vary"] == "Accept-Encoding"
    assert int(got["Content-Length"]) == len(got.content) < len(TEXT)
    assert gzip.decompress(got.content) == TEXT


def test_a_page_of_the_site_comes_compressed(client, spaces):
    got = client.get("/", headers={"Accept-Encoding": "gzip"})

    assert got["Content-Encoding"] == "gzip"
    assert b"Foirail" in gzip.decompress(got.content)


@pytest.mark.parametrize(
    ("response", "accepts"),
    [
        (lambda: HttpResponse(TEXT), "br"),
        (lambda: HttpResponse(TEXT), ""),
        (lambda: HttpResponse(TEXT[:199]), "gzip"),
        (lambda: HttpResponse(TEXT, headers={"Content-Encoding": "br"}), "gzip"),
        (lambda: HttpResponse(bytes(range(256))), "gzip"),
    ],
    ids=["other", "none", "short", "already", "no shorter"],
)
def test_what_gains_nothing_or_is_not_understood_is_sent_as_it_is(response, accepts):
    plain = response()

    got = answer(response(), accepts)

    assert got.content == plain.content
    assert got.get("Content-Encoding") == plain.get("Content-Encoding")


def test_what_depends_on_the_encoding_says_so_to_caches():
    assert answer(HttpResponse(TEXT), "")["Vary"] == "Accept-Encoding"


def test_the_length_of_a_page_tells_nothing_of_a_secret_in_it():
    lengths = {len(answer(HttpResponse(TEXT)).content) for _ in range(60)}

    assert len(lengths) > 5
    assert max(lengths) - min(lengths) < 100


def test_a_strong_etag_becomes_weak_and_a_weak_one_stays():
    assert answer(HttpResponse(TEXT, headers={"ETag": '"a"'}))["ETag"] == 'W/"a"'
    assert answer(HttpResponse(TEXT, headers={"ETag": 'W/"a"'}))["ETag"] == 'W/"a"'


def test_what_is_streamed_is_compressed_as_it_goes():
    got = answer(StreamingHttpResponse([TEXT, TEXT]))

    assert got["Content-Encoding"] == "gzip"
    assert gzip.decompress(b"".join(got.streaming_content)) == TEXT * 2
