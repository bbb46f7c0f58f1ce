"""Being anyone of the demonstration in one click. Nobody else, and nowhere else."""

from functools import wraps

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from forum.demo.people import PASSWORD, demo_users

_BACKEND = "accounts.users.backends.AnnotatedUserBackend"


def _demo_only(view):
    """404 outside the demonstration, even if someone were to include these addresses."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.FORUM_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@_demo_only
@never_cache
@require_GET
def demonstration(request):
    """Everyone one may be, by college, and how to sign in by hand."""
    example = demo_users().filter(is_animator=True).values_list("email", flat=True).first()
    context = {"example": example, "password": PASSWORD}
    return render(request, "demo/demonstration.html", context)


@_demo_only
@require_POST
def sign_in_as(request, pk):
    """Sign in as a person of the demonstration, and go where one was going."""
    login(request, get_object_or_404(demo_users(), pk=pk), backend=_BACKEND)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else "home")
