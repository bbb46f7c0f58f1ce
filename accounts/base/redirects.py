"""Where to redirect after an action."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next_url(request: HttpRequest) -> str:
    """The address in the ``next`` parameter where it is on this site, else an empty string."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host(), *settings.ALLOWED_HOSTS} - {"*"}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if safe else ""


def page_before(request: HttpRequest) -> str:
    """The path and query of the page of this site that ``request`` comes from, else "".

    By its Referer, which browsers send within a site. Of pages on which one signs in or up,
    verifies or signs out there is none: nobody wants to be led back there.
    """
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    path = urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
    try:
        name = resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        return ""
    return "" if name.startswith(("account_", "mfa_", "socialaccount_")) else path
