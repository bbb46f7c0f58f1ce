"""The addresses of the accounts. ``compte/`` continues with allauth's own."""

from allauth.socialaccount import views as identities
from django.conf import settings
from django.urls import include, path, re_path

from accounts.charter import archive
from accounts.charter import views as charter
from accounts.organisations import views as seats
from accounts.people import address_views as addresses
from accounts.people import openid_views as openid
from accounts.people import views as people

urlpatterns = [
    path("charte/", charter.charter, name="charter"),
    path("charte/signer/", charter.sign, name="sign-charter"),
    path("charte/signataires/", archive.signatories, name="signatories"),
    path("charte/retrait/", charter.withdraw, name="withdraw"),
    re_path(
        r"^charte/(?P<name>[0-9A-Za-z.-]{1,20})/$",
        archive.charter_version,
        name="charter-version",
    ),
    path("animation/sieges/", seats.seats, name="seats"),
    path("animation/sieges/<int:pk>/confirmer/", seats.confirm_seat, name="confirm-seat"),
    path("animation/sieges/<int:pk>/refuser/", seats.refuse_seat, name="refuse-seat"),
    path("animation/sieges/<int:pk>/fin/", seats.end_seat, name="end-seat"),
    path("compte/", people.account, name="account"),
    path("compte/email/", addresses.AddressView.as_view(), name="account_email"),
    path("compte/email/actuelle/", addresses.prove_address, name="prove-address"),
    path("compte/appareils/", people.devices, name="devices"),
    path("compte/appareils/<int:number>/fin/", people.end_device, name="end-device"),
    path("compte/appareils/fin/", people.end_other_devices, name="end-other-devices"),
    path("compte/double-protection/", include("allauth.mfa.urls")),
]
#: There where a provider is configured, and only there.
openid_urlpatterns = [
    path("compte/identite/", openid.leave, name="openid"),
    path("compte/identite/retour/", openid.come_back, name="openid-return"),
    path(
        "compte/identite/annulee/",
        identities.login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path("compte/identite/liee/", identities.connections, name="socialaccount_connections"),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += openid_urlpatterns
