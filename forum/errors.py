"""What is said when something cannot be done: never a traceback, nothing typed lost."""

from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import (
    CharterDraft,
    EmailDomain,
    GroupEntry,
    Invitation,
    Organisation,
    Seat,
    Signature,
    WorkingGroup,
)
from forum.models import Post, Space, Thread

_SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


_NOT_FOUND_EXCEPTIONS = (
    Http404,
    *(
        gone.DoesNotExist
        for gone in (
            CharterDraft,
            EmailDomain,
            GroupEntry,
            Invitation,
            Organisation,
            Post,
            Seat,
            Signature,
            Space,
            Thread,
            WorkingGroup,
        )
    ),
)


def missing_object_middleware(get_response):
    """Middleware: what was found, and gone when acted upon, is a 404 like any other.

    The demonstration, which runs in debug, shows the same page as the real site.
    """

    def respond(request):
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, _NOT_FOUND_EXCEPTIONS):
            return not_found(request)
        return None

    respond.process_exception = process_exception
    return respond


def not_found(request, exception=None):
    """404, the same for what is hidden and for what never was."""
    return render(request, "404.html", _typed_text(request), status=404)


def forbidden(request, exception=None):
    """403, with the rule's own words where there are any."""
    why = str(exception or "") or _("Vous ne pouvez pas faire ceci.")
    return render(request, "403.html", {"why": why} | _typed_text(request), status=403)


def bad_request(request, exception=None):
    """400, in plain words."""
    return render(request, "400.html", status=400)


def server_error(request):
    """500, from a template that asks nothing of the database."""
    return render(request, "500.html", status=500)


def csrf_failure(request, reason=""):
    """A form from before sign-in, or from a page kept too long: send it again, knowingly.

    What was typed in one of our composers comes back in a form with a fresh token; nothing
    is done until its author presses the button. A form that another site sent, or one that
    carries no text, gets no such form: a page of ours must not lend it our token.
    """
    if not (_is_same_origin(request) and _typed_text(request)["typed"]):
        why = _("Cette page était ouverte depuis trop longtemps. Rechargez-la, puis réessayez.")
        return forbidden(request, why)
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _SECRET_FIELDS
        for value in values
    ]
    context = {"typed": typed, "text": request.POST.get("text", "")}
    return render(request, "403_csrf.html", context, status=403)


def _typed_text(request):
    try:
        return {"typed": request.POST.get("text", "")}
    except (BadRequest, SuspiciousOperation, MultiPartParserError):
        return {"typed": ""}  # A body that cannot be read gives nothing back.


def _is_same_origin(request):
    """Whether the browser says that one of our own pages sent this."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender)[:2] == (request.scheme, request.get_host())
