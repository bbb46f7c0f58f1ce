"""What a browser may keep of pages that were made for one person."""

from django.urls import reverse
from django.utils.cache import patch_cache_control


def private_cache_control(get_response):
    """Middleware: what a signed-in person reads is kept by nobody else, and not past sign-out.

    Pages stay in the browser's own history, so that going back costs nothing on a slow
    line; signing out empties it.
    """

    def respond(request):
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        if was_signed_in and request.path == reverse("account_logout"):
            response["Clear-Site-Data"] = '"cache"'
        return response

    return respond
