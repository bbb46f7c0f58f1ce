"""Where to redirect after an action."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next_url(request: HttpRequest) -> str:
    """The address in the ``next`` parameter where it is on this site, else an empty string."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host(), *settings.ALLOWED_HOSTS} - {"*"}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if safe else ""
