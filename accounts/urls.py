"""The addresses of the accounts, by feature. ``compte/`` continues with allauth's own."""

from django.conf import settings
from django.urls import include, path

from accounts.users.urls import openid_urlpatterns

urlpatterns = [
    path("", include("accounts.charter.urls")),
    path("", include("accounts.territories.urls")),
    path("", include("accounts.organisations.urls")),
    path("", include("accounts.charter.drafts.urls")),
    path("", include("accounts.admission.urls")),
    path("", include("accounts.users.urls")),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += openid_urlpatterns
