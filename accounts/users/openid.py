"""Sign-in through an OpenID Connect provider, such as ProConnect.

allauth does the exchange; this module adds the checks that it leaves out. The identity token
and the user info (where signed) are verified against the provider's keys, the nonce ties
the response to the browser that asked, and both must name the same subject. Only the
provider's subject identifier is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jwt
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.http import HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from requests import RequestException

if TYPE_CHECKING:
    from accounts.viewers.middleware import ViewerRequest


#: The identifier of the one provider, in addresses and in the database.
PROVIDER_ID = "openid"
#: Asymmetric algorithms only: the provider alone holds the key.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
#: Seconds by which two clocks may differ.
CLOCK_LEEWAY_SECONDS = 30


class OpenIDAdapter(OpenIDConnectOAuth2Adapter):
    """The requests to the provider after its redirect, and the checks on them."""

    nonce = None

    def get_callback_url(self, request: ViewerRequest, app: SocialApp) -> str:
        """The redirect URI, to be declared at the provider."""
        return str(build_absolute_uri(request, reverse("openid-return")))

    def complete_login(
        self, request: ViewerRequest, app: str, token: str, **kwargs: Any
    ) -> HttpResponse:
        """The sign-in, once the provider's answers are verified, else raise OAuth2Error."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("No identity token")
        identity = self._verify_token(id_token, app, "exp", "iat", "nonce")
        if not self.nonce or not constant_time_compare(str(identity["nonce"]), self.nonce):
            raise OAuth2Error("The identity token answers another request")
        levels = app.settings.get("acr", [])
        if levels and identity.get("acr") not in levels:
            raise OAuth2Error("The sign-in is of a lower level than was asked")
        userinfo = self._fetch_userinfo(app, token.token)
        if userinfo.get("sub") != identity["sub"]:
            raise OAuth2Error("The details are of another person")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": userinfo})

    def _fetch_userinfo(self, app: SocialApp, access_token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers=headers)
            answer.raise_for_status()
        if answer.headers.get("Content-Type", "").split(";")[0].strip() == "application/jwt":
            return self._verify_token(answer.text, app)
        userinfo = answer.json()
        if not isinstance(userinfo, dict):
            raise OAuth2Error("The details are no details")
        return userinfo

    def _verify_token(
        self, token: str, app: SocialApp, *required_claims: Any
    ) -> dict[str, Any]:
        """The claims of ``token``. Raise OAuth2Error unless it is signed, valid and ours."""
        try:
            kid = jwt.get_unverified_header(token)["kid"]
            key = jwt.PyJWKSet.from_dict(self._fetch_keys())[kid].key
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCK_LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "sub", *required_claims]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("A token that cannot be verified") from error

    def _fetch_keys(self) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        values: dict[str, Any] = answer.json()
        return values


class OpenIDProvider(OpenIDConnectProvider):
    """The provider of the settings; links cannot change the parameters of its sign-in."""

    oauth2_adapter_class = OpenIDAdapter
    pkce_enabled_default = True
    package = "allauth.socialaccount.providers.openid_connect"

    def get_login_url(self, request: ViewerRequest, **kwargs: Any) -> str:
        """The address at which sign-in through it begins."""
        return reverse("openid")

    def get_redirect_from_request_kwargs(self, request: ViewerRequest) -> dict[str, Any]:
        """The next address, and whether to connect an account (POST only) or to sign in."""
        is_connecting = request.POST.get("process") == AuthProcess.CONNECT
        return {
            "process": AuthProcess.CONNECT if is_connecting else AuthProcess.LOGIN,
            "next_url": get_next_redirect_url(request),
        }

    def redirect(
        self,
        request: ViewerRequest,
        process: str,
        next_url: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Redirect to the provider, with a nonce; an error page if it cannot be reached."""
        nonce = get_random_string(40)
        auth_params = self.get_auth_params() | {"nonce": nonce}
        if levels := self.app.settings.get("acr"):
            auth_params["acr_values"] = " ".join(levels)
        kwargs |= {"auth_params": auth_params, "nonce": nonce}
        try:
            response: HttpResponse = super().redirect(
                request, process, next_url, data, **kwargs
            )
        except RequestException as error:
            response = render_authentication_error(request, self, exception=error)
        return response

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Name and address, from whichever claims the provider uses."""
        data = data["userinfo"]
        family = data.get("usual_name") or data.get("family_name") or ""
        name = " ".join(f"{data.get('given_name') or ''} {family}".split())
        return {"email": data.get("email"), "name": name or data.get("name") or ""}

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[EmailAddress]:
        """The address, verified only where the provider's claim is exactly true."""
        addresses = super().extract_email_addresses(data)
        for address in addresses:
            address.verified = data["userinfo"].get("email_verified") is True
        value: list[EmailAddress] = addresses
        return value

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Only the provider's subject identifier."""
        return {"sub": self.extract_uid(data)}


registry.register(OpenIDProvider)
