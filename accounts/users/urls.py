"""The addresses under ``compte/`` that stand before allauth's own."""

from allauth.account.views import password_set
from allauth.mfa.totp.views import activate_totp
from allauth.mfa.webauthn.views import add_webauthn
from allauth.socialaccount import views as socialaccount_views
from django.conf import settings
from django.db import transaction
from django.urls import include, path

from accounts.users import email_change, views

urlpatterns = [
    path("compte/", views.account, name="account"),
    path("compte/login/", views.sign_in, name="account_login"),
    path("compte/affichage/", views.choose_theme, name="choose-theme"),
    path("compte/siege/", views.choose_writing_seat, name="write-for"),
    path("compte/email/", views.EmailChangeView.as_view(), name="account_email"),
    path("compte/email/actuelle/", views.verify_current_address, name="prove-address"),
    path("compte/appareils/", views.device_list, name="devices"),
    path("compte/appareils/<id:number>/fin/", views.sign_out_device, name="end-device"),
    path("compte/appareils/fin/", views.sign_out_other_devices, name="end-other-devices"),
    path(
        "compte/double-protection/recovery-codes/download/",
        views.RecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path(
        # One transaction, so that other sessions end with the key's first moment.
        "compte/double-protection/webauthn/add/",
        views.address_verified_first(transaction.atomic(add_webauthn)),
        name="mfa_add_webauthn",
    ),
    path(
        "compte/double-protection/totp/activate/",
        views.address_verified_first(activate_totp),
        name="mfa_activate_totp",
    ),
    path(
        "compte/password/set/",
        views.address_verified_first(password_set, email_change.asks_address_for_password),
        name="account_set_password",
    ),
    path("compte/double-protection/confirmer/", views.prove_factor, name="prove-factor"),
    path("compte/double-protection/", include("allauth.mfa.urls")),
]
#: Included only where settings name a provider.
openid_urlpatterns = [
    path("compte/identite/", views.start_openid_login, name="openid"),
    path("compte/identite/retour/", views.openid_callback, name="openid-return"),
    path(
        "compte/identite/annulee/",
        socialaccount_views.login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path(
        "compte/identite/liee/",
        views.address_verified_first(
            socialaccount_views.connections, email_change.asks_address_for_identity
        ),
        name="socialaccount_connections",
    ),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += openid_urlpatterns
