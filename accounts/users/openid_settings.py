"""allauth's settings of the OpenID Connect provider, from the environment."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ.environ import Env


def socialaccount_providers(env: Env) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS``: the provider that ``FORUM_OIDC_ISSUER`` names, or none."""
    issuer = env.str("FORUM_OIDC_ISSUER", default="").rstrip("/")
    if not issuer:
        return {}
    if not issuer.startswith("https://") and not env.bool("FORUM_DEBUG", default=True):
        raise ImproperlyConfigured("FORUM_OIDC_ISSUER is an https:// address in production.")
    provider = {
        "provider_id": "openid",
        "name": env.str("FORUM_OIDC_NAME", default="ProConnect"),
        "client_id": env.str("FORUM_OIDC_CLIENT_ID"),
        "secret": env.str("FORUM_OIDC_SECRET"),
        "settings": {
            "server_url": issuer,
            "scope": env.str("FORUM_OIDC_SCOPES", default=DEFAULT_SCOPES).split(),
            "acr": env.str("FORUM_OIDC_ACR", default="").split(),
            "email_authentication": True,
        },
    }
    return {"openid_connect": {"APPS": [provider]}}


#: ``usual_name`` is a scope of ProConnect; other providers ignore it.
DEFAULT_SCOPES = "openid email given_name usual_name"
