"""Signing in to an account of the demonstration with one click."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.viewers.decorators import View
from accounts.viewers.middleware import ViewerRequest
from forum.site.demo.people import PASSWORD, demo_users

_BACKEND = "accounts.users.backends.AnnotatedUserBackend"


def _demo_only(view: View) -> View:
    """Decorate a view to be a 404 where FORUM_DEMO is off, even if its URL is included."""

    @wraps(view)
    def wrapper(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.FORUM_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@_demo_only
@never_cache
@require_GET
def demonstration(request: ViewerRequest) -> HttpResponse:
    """The accounts of the demonstration by college, with their password."""
    example = demo_users().filter(is_animator=True).values_list("email", flat=True).first()
    context = {"example": example, "password": PASSWORD}
    return render(request, "site/demo/demonstration.html", context)


@_demo_only
@require_POST
def sign_in_as(request: ViewerRequest, pk: int) -> HttpResponse:
    """Sign in to an account of the demonstration, and redirect to ``next``."""
    login(request, get_object_or_404(demo_users(), pk=pk), backend=_BACKEND)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else "home")
