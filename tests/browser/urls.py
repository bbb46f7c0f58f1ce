"""The URLs of the site, and one that signs in to an account of the demonstration at once."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from forum.site.demo.people import demo_users
from forum.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.browser.site import SIGN_IN

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

BACKEND = "accounts.users.backends.AnnotatedUserBackend"


def sign_in(request):
    """Sign in as the form does, without its pages and without the toil of a password."""
    person = get_object_or_404(demo_users(), email=request.GET["email"])
    record_authentication(request, person, method="password")
    login(request, person, backend=BACKEND)
    return HttpResponse(status=204)


urlpatterns = [path(SIGN_IN, sign_in, name="test-sign-in"), *urlpatterns]
