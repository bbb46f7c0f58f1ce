"""The pages that answer errors. What was typed is given back on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.apps import apps
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.urls.exceptions import Resolver404
from django.utils.translation import gettext as _

from accounts.base.cpu_budget import BudgetSpent, cpu_budget
from accounts.base.models import Addressable
from accounts.base.pagination import page_number
from accounts.base.rate_limits import RateLimit
from forum.conversation.threads.merged_threads import thread_merged_from, url_after_merge

if TYPE_CHECKING:
    from accounts.viewers.middleware import ViewerRequest


#: Seconds on the processor that a page may take: the slowest of ours takes one.
PAGE_SECONDS = 10
#: OPTIONS is what pages of other sites ask before they send something: none may.
_METHODS = ("GET", "HEAD", "POST")
#: What one person sends, of all forms and of scripts that save drafts: nobody types as much.
WRITES = RateLimit("write", "900/10m/user")
_SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


@cache
def not_found_exceptions() -> tuple[type[Exception], ...]:
    """What is answered with a 404: Http404, and DoesNotExist of all Addressable models."""
    models = (model for model in apps.get_models() if issubclass(model, Addressable))
    return Http404, *(model.DoesNotExist for model in models)


#: What answers a request: a view, or a middleware around it.
GetResponse = Callable[["ViewerRequest"], HttpResponseBase]


def allowed_methods_middleware(get_response: GetResponse) -> GetResponse:
    """Middleware: answer 405 to other methods than pages use; TRACE would repeat cookies."""

    def respond(request: ViewerRequest) -> HttpResponseBase:
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        return get_response(request)

    return respond


def null_characters_middleware(get_response: GetResponse) -> GetResponse:
    """Middleware: take NUL characters out of what an address asks.

    No page of ours writes any, and PostgreSQL holds none: a query with one is an error there.
    Forms refuse them by themselves.
    """

    def respond(request: ViewerRequest) -> HttpResponseBase:
        query_string = request.META.get("QUERY_STRING", "")
        if "%00" in query_string:
            request.META["QUERY_STRING"] = query_string.replace("%00", "")
        return get_response(request)

    return respond


def write_limit_middleware(get_response: GetResponse) -> GetResponse:
    """Middleware: whatever the form, a person sends no more in ten minutes than WRITES allows.

    What costs more than others, or reaches others, has a limit of its own beside its view.
    """

    def respond(request: ViewerRequest) -> HttpResponseBase:
        is_written = request.method == "POST" and request.user.is_authenticated
        if is_written and (refusal := WRITES.refusal(request)):
            context = {"refusal": refusal} | _typed_text(request)
            return render(request, "429.html", context, status=429)
        return get_response(request)

    return respond


def cpu_budget_middleware(get_response: GetResponse) -> GetResponse:
    """Middleware: 503 to what takes more than PAGE_SECONDS, rather than a killed worker."""

    def respond(request: ViewerRequest) -> HttpResponseBase:
        with cpu_budget(PAGE_SECONDS):
            return get_response(request)

    def process_exception(
        request: ViewerRequest,
        exception: Exception,
    ) -> HttpResponse | None:
        if not isinstance(exception, BudgetSpent):
            return None
        return render(request, "503.html", _typed_text(request), status=503)

    respond.process_exception = process_exception  # type: ignore[attr-defined]
    return respond


def missing_object_middleware(get_response: GetResponse) -> GetResponse:
    """Middleware: what is gone by the time it is acted upon is a 404 like any other.

    So is any 404 in debug, where Django would show a page of its own.
    """

    def respond(request: ViewerRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(
        request: ViewerRequest,
        exception: Exception,
    ) -> HttpResponse | None:
        if isinstance(exception, not_found_exceptions()):
            return not_found(request)
        return None

    respond.process_exception = process_exception  # type: ignore[attr-defined]
    return respond


def not_found(request: ViewerRequest, exception: Resolver404 | None = None) -> HttpResponse:
    """404, the same for what the viewer may not see and for what does not exist.

    The addresses of a thread that was merged into another lead to that one, for who sees it.
    """
    if url := _url_after_merge(request):
        return redirect(url)
    return render(request, "404.html", _typed_text(request), status=404)


def _url_after_merge(request: ViewerRequest) -> str | None:
    """Where the page of a merged thread is: its posts, or the same page of the other thread.

    What was to be done to the former is not done to the latter.
    """
    match = request.resolver_match
    if match is None or not match.route.startswith("fils/<id:pk>"):
        return None
    if match.kwargs["pk"] >= 2**63:  # No database has such an id.
        return None
    viewer, pk = request.viewer, match.kwargs["pk"]
    is_page = match.url_name in ("thread", "thread-short")
    if is_page or request.method == "POST":
        return url_after_merge(viewer, pk, page_number(request.GET))
    into = thread_merged_from(viewer, pk)
    return reverse(match.url_name, args=[into.pk]) if into else None


def forbidden(
    request: ViewerRequest, exception: PermissionDenied | str | None = None
) -> HttpResponse:
    """403, with the reason that the exception gives, if any."""
    reason = str(exception or "") or _("Vous ne pouvez pas faire ceci.")
    return render(request, "403.html", {"why": reason} | _typed_text(request), status=403)


def bad_request(request: ViewerRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render(request, "400.html", status=400)


def server_error(request: ViewerRequest) -> HttpResponse:
    """500, from a template that needs no database."""
    return render(request, "500.html", status=500)


def csrf_failure(request: ViewerRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose CSRF token is missing or old, as on a page kept open for long.

    A text sent from one of our own pages comes back in a form with a new token, which its
    author may send again. A form that another site sent, or one without a text, gets no such
    form: it would be given a valid token.
    """
    if not (_is_same_origin(request) and _typed_text(request)["typed"]):
        text = _(
            "Cette page était ouverte depuis trop longtemps. Rechargez-la, puis réessayez."
        )
        return forbidden(request, text)
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _SECRET_FIELDS
        for value in values
    ]
    context = {"typed": typed, "text": request.POST.get("text", "")}
    return render(request, "403_csrf.html", context, status=403)


def _typed_text(request: ViewerRequest) -> dict[str, str]:
    try:
        return {"typed": request.POST.get("text", "")}
    except (BadRequest, SuspiciousOperation, MultiPartParserError):
        return {"typed": ""}  # A body that cannot be read gives nothing back.


def _is_same_origin(request: ViewerRequest) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender)[:2] == (request.scheme, request.get_host())
