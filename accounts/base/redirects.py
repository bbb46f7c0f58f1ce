"""Where to redirect after an action."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next_url(request: HttpRequest) -> str:
    """The address in the ``next`` parameter where it is on this site, else an empty string."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host(), *settings.ALLOWED_HOSTS} - {"*"}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if safe else ""


def page_before(request: HttpRequest) -> str:
    """The path and query of the page of this site that one comes from, else "".

    By the Referer, which browsers send within a site; not the page that is asked for itself.
    """
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = before.netloc == request.get_host() and before.path != request.path
    return before._replace(scheme="", netloc="", fragment="").geturl() if is_ours else ""
