"""``request.viewer``: who looks, evaluated once a request, when first read."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from accounts.users.models import User
from accounts.viewers.viewers import Viewer, viewer_of_user


class ViewerRequest(HttpRequest):
    """A request as views are given it, for type checkers."""

    viewer: Viewer


class PersonRequest(ViewerRequest):
    """One as views are given it that only who is signed in comes to."""

    user: User


class ViewerMiddleware:
    """Sets ``request.viewer``.

    It stands first, so that error pages of what a later one refuses have a viewer too: a guest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``, with a viewer that is evaluated once it is read."""
        _set_lazy_viewer(request)
        return self._get_response(request)

    def process_view(self, request: ViewerRequest, *args: Any) -> None:
        """Give views the viewer itself: each look at a lazy one takes as long as a call."""
        lazy_viewer: Any = request.viewer
        _make, (request.viewer,) = lazy_viewer.__reduce__()


def reset_viewer(request: HttpRequest | None, **kwargs: Any) -> None:
    """Receiver: evaluate ``request.viewer`` anew after someone has signed in or out."""
    if request is not None:
        _set_lazy_viewer(request)


def _set_lazy_viewer(request: HttpRequest) -> None:
    """Set ``request.viewer``, which refers to its request no more once it is evaluated.

    Caches have viewers as keys: they would hold what was sent for as long as they hold these.
    """
    requests = [request]
    # Where it could not be evaluated, the page that says so is a guest's.
    viewer = SimpleLazyObject(
        lambda: viewer_of_user(getattr(requests.pop() if requests else None, "user", None))
    )
    request.viewer = viewer  # type: ignore[attr-defined]
