"""Redirects for people who may not read or write yet, to sign-in and to the charter."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base import resume_form
from accounts.viewers.decorators import View
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused, suspended_reason


def redirect_to_sign_in(
    request: HttpRequest, url: str | None = None, form_path: str | None = None
) -> HttpResponse:
    """Save the form that a guest sent; redirect to sign-in, and then to ``url``.

    Without ``url``, then back here, where what was typed is shown; or at ``form_path``.
    Raise Refused for someone who is signed in, whose account is suspended.
    """
    if request.user.is_authenticated:
        raise Refused(suspended_reason())
    return resume_form.redirect_to_login_keeping_form(request, url, form_path)


def redirect_to_charter(request: ViewerRequest, reason: str) -> HttpResponse:
    """Redirect someone who has not signed the charter to it, and then back here.

    ``reason`` is shown there. Whose seat waits to be confirmed is led to the steps of joining.
    """
    if request.viewer.is_signatory:
        messages.info(request, _("Cela s’ouvrira quand votre siège aura été confirmé."))
        return redirect("joining-steps")
    messages.info(request, reason)
    return redirect(f"{reverse('charter')}?{urlencode({'next': request.get_full_path()})}")


def registered_required(
    form_page: str | None = None, *url_kwargs: str
) -> Callable[[View], View]:
    """Decorate a view for people who have an account; others are led to sign-in.

    A form that they sent comes back to them on its page after signing in: the one so named,
    which takes ``url_kwargs`` of the view; by default the view's own.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.viewer.is_registered:
                return view(request, *args, **kwargs)
            url = None
            if form_page and request.method == "POST":
                url = reverse(form_page, kwargs={name: kwargs[name] for name in url_kwargs})
            return redirect_to_sign_in(request, url)

        return wrapper

    return decorate
