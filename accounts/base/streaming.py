"""Answers that are sent as they are made, so that the memory which they take has a bound."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

#: Bytes that are sent at once.
PIECE_SIZE = 64 * 1024


def streamed_answer(
    request: HttpRequest, pieces: Iterator[bytes], content_type: str, file_name: str
) -> StreamingHttpResponse:
    """The answer whose body is ``pieces``, to be saved as ``file_name``.

    Of an iterator that is none of an event loop's, Django would keep all pieces there.
    """
    body = in_larger_pieces(pieces)
    streamed = _on_event_loop(body) if isinstance(request, ASGIRequest) else body
    answer = StreamingHttpResponse(streamed, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


def in_larger_pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of PIECE_SIZE or more, but for the last."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= PIECE_SIZE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


async def _on_event_loop(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await sync_to_async(_next_of)(pieces):
        yield piece


def _next_of(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
