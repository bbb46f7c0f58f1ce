"""The URLs of the site, one that answers each error, and a page of the components."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.urls import path

from forum.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.pages.components import ADDRESS, components

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

ERRORS = {400: BadRequest, 403: PermissionDenied, 404: Http404, 500: ZeroDivisionError}


def fail(request, status):
    """Go wrong, in such a way that ``status`` is answered."""
    raise ERRORS[status]


urlpatterns = [
    *urlpatterns,
    path("erreur/<int:status>/", fail, name="error"),
    path(ADDRESS.lstrip("/"), components, name="components"),
]
