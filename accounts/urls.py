"""The addresses of the accounts, by feature. ``compte/`` continues with allauth's own."""

from django.urls import include, path

from accounts.base.discovery import feature_modules

urlpatterns = [path("", include(name)) for name in feature_modules("accounts", "urls")]
