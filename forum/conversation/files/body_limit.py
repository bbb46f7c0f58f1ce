"""Requests whose body is larger than any form of ours are refused before it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.base.parsing import parse_natural_number
from forum.conversation.files.sizes import size_in_words

#: Bytes of a form around its files: its texts, and what parts it.
_AROUND = 2 * 2**20


def body_limit_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 413, in words, to a body that says it is too large.

    A server that stands in front bounds those that do not say (``client_max_body_size``).
    """

    def respond(request: HttpRequest) -> HttpResponse:
        size = parse_natural_number(request.META.get("CONTENT_LENGTH") or "") or 0
        # The largest form is a post with all the files that one may have.
        if size > settings.FORUM_FILE_LIMITS["post"] + _AROUND:
            words = _(
                "Vos fichiers sont trop lourds : %(most)s au plus par message. Revenez en "
                "arrière : votre texte y est encore. Retirez un fichier, puis réessayez."
            ) % {"most": size_in_words(settings.FORUM_FILE_LIMITS["post"])}
            return HttpResponse(words, content_type="text/plain; charset=utf-8", status=413)
        return get_response(request)

    return respond
