"""TODO."""

from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next_url(request):
    """Where to go once signed, if that is a page of ours, else an empty string."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host(), *settings.ALLOWED_HOSTS} - {"*"}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if safe else ""
