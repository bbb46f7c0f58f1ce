"""Sign-in through the OpenID Connect provider."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.users.openid import PROVIDER_ID, OpenIDAdapter
from accounts.viewers.middleware import ViewerRequest


class _CallbackView(OAuth2CallbackView):
    def _get_state(
        self, request: ViewerRequest, provider: Provider
    ) -> tuple[dict[str, Any] | None, HttpResponseBase | None]:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce")
        return state, answer


_login_view = OAuth2LoginView.adapter_view(lambda request: OpenIDAdapter(request, PROVIDER_ID))
_callback_view = _CallbackView.adapter_view(lambda request: OpenIDAdapter(request, PROVIDER_ID))


def start_login(request: ViewerRequest) -> HttpResponseBase:
    """Redirect to the provider's sign-in page, on a POST; a GET shows the form that posts.

    The redirect is a page with a Refresh header: the content security policy allows forms
    to be sent to this site only, and browsers apply it to what a form's answer redirects to.
    """
    if refused := ratelimit.consume_or_429(request, action="login"):
        response: HttpResponse = refused
        return response
    answer = _not_found_without_provider(_login_view)(request)
    if answer.status_code != HTTPStatus.FOUND or answer["Location"].startswith("/"):
        return answer
    page = render(request, "users/openid_redirect.html", {"address": answer["Location"]})
    page["Refresh"] = f"0; url={answer['Location']}"
    page["Cache-Control"] = "no-store"
    return page


def end_login(request: ViewerRequest) -> HttpResponseBase:
    """Where the provider sends the person back: sign in, connect, or show what went wrong."""
    return _not_found_without_provider(_callback_view)(request)


def _not_found_without_provider(
    view: Callable[[ViewerRequest], HttpResponseBase],
) -> Callable[[ViewerRequest], HttpResponseBase]:
    """``view``, which answers 404 on a site without a provider."""

    def guarded(request: ViewerRequest) -> HttpResponseBase:
        try:
            return view(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    return guarded
