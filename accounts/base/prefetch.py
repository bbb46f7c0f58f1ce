"""Whether a page that is asked for is also looked at."""

from django.http import HttpRequest


def is_viewed(request: HttpRequest) -> bool:
    """Whether someone is shown the page: browsers may also ask for one ahead of time."""
    return request.method == "GET" and "HTTP_SEC_PURPOSE" not in request.META
