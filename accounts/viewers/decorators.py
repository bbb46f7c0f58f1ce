"""Decorators that open a view to some viewers only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.base import resume_form
from accounts.viewers.middleware import ViewerRequest

View = Callable[..., HttpResponseBase]


def animator_required(page_name: str | None = None, *url_kwargs: str) -> Callable[[View], View]:
    """A decorator for animators' views; for everyone else the address is not found.

    An animator who lacks only the second factor is redirected to the page that sets one up.
    What a guest sends is saved in the session (theirs may have expired while they typed):
    they sign in and come to the page ``page_name``, with those of the view's arguments that
    ``url_kwargs`` names; back to the same address where no page is named.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_authenticated:
                arguments = {name: kwargs[name] for name in url_kwargs}
                path = reverse(page_name, kwargs=arguments) if page_name else None
                return resume_form.redirect_to_login_keeping_form(request, path)
            viewer = request.viewer
            if viewer.is_animator:
                return view(request, *args, **kwargs)
            if viewer.is_signatory and getattr(request.user, "is_animator", False):
                return redirect("mfa_index")
            raise Http404

        return guarded

    return decorate
