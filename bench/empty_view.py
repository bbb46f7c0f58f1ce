"""Our addresses, and one page with nothing on it: what a request costs before any view."""

from django.http import HttpResponse
from django.urls import path

from bench import change_costs
from forum.urls import (  # noqa: F401  (Django looks for the handlers here)
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)


def empty(request):
    """Who asks is looked up, as on every page; nothing else is."""
    return HttpResponse(f"<p>{request.user.pk}</p>")


urlpatterns = [path("vide/", empty), path("couts/", change_costs.tell), *urlpatterns]
