"""The addresses of the accounts. ``compte/`` continues with allauth's own."""

from allauth.socialaccount import views as identities
from django.conf import settings
from django.urls import include, path, re_path

from accounts.admission import views as admission
from accounts.charter.drafts import views as editions
from accounts.charter.views import countersigning, downloads, register
from accounts.charter.views import signing as charter
from accounts.organisations.views import animator_dashboard as desk
from accounts.organisations.views import organisation_seats as seats
from accounts.organisations.views import seat_decisions
from accounts.territories import views as territories
from accounts.users.views import account as people
from accounts.users.views import email_change as addresses
from accounts.users.views import openid
from accounts.users.views import second_factors as factors

urlpatterns = [
    path("charte/", charter.charter, name="charter"),
    path("charte/signer/", charter.sign, name="sign-charter"),
    path("charte/inconnue/", charter.unknown_organisation, name="unknown-organisation"),
    path("charte/signataires/", register.signatories, name="signatories"),
    path("charte/retrait/", charter.withdraw, name="withdraw"),
    path("charte/refus/", charter.refuse_version, name="refuse-charter"),
    path("charte/contresigner/<slug:slug>/", countersigning.countersign, name="countersign"),
    path(
        "charte/invitation/<slug:key>/",
        countersigning.invitation,
        name="organisation-invitation",
    ),
    path("charte/signatures/<int:pk>/recu/", downloads.download_receipt, name="receipt"),
    path("charte/signatures/<int:pk>/acte/", downloads.download_act, name="signature-act"),
    re_path(
        r"^charte/(?P<name>[0-9A-Za-z.-]{1,20})/$",
        register.charter_version,
        name="charter-version",
    ),
    path("territoires/recherche/", territories.territory_search, name="territory-search"),
    path(
        "organisations/<slug:slug>/territoires/",
        territories.organisation_territories,
        name="organisation-territories",
    ),
    path(
        "organisations/<slug:slug>/territoires/choix/",
        territories.choose_territories,
        name="choose-territories",
    ),
    path(
        "organisations/<slug:slug>/territoires/nouveau/",
        territories.add_territory,
        name="add-territory",
    ),
    path(
        "organisations/<slug:slug>/territoires/retrait/",
        territories.remove_territory,
        name="leave-territory",
    ),
    path("animation/sieges/", desk.animator_dashboard, name="seats"),
    path("animation/charte/", editions.drafts, name="charter-drafts"),
    path("animation/charte/nouvelle/", editions.new_draft, name="new-charter-draft"),
    path("animation/charte/<int:pk>/", editions.draft, name="charter-draft"),
    path("animation/charte/<int:pk>/apercu/", editions.preview, name="charter-draft-preview"),
    path(
        "animation/charte/<int:pk>/supprimer/", editions.delete_draft, name="drop-charter-draft"
    ),
    path(
        "animation/admission/<slug:slug>/",
        admission.admit_organisation,
        name="admit-organisation",
    ),
    path("domaines/<int:pk>/verifier/", admission.verify_domain, name="verify-domain"),
    path("domaines/<int:pk>/refuser/", admission.refuse_domain, name="refuse-domain"),
    path("sieges/<int:pk>/confirmer/", seat_decisions.confirm_seat, name="confirm-seat"),
    path("sieges/<int:pk>/refuser/", seat_decisions.refuse_seat, name="refuse-seat"),
    path("sieges/<int:pk>/contact/", seat_decisions.set_contact, name="set-contact"),
    path(
        "organisations/<slug:slug>/sieges/", seats.organisation_seats, name="organisation-seats"
    ),
    path("parrainages/", admission.candidates, name="candidates"),
    path("parrainages/<slug:slug>/", admission.sponsor, name="sponsor"),
    path("compte/", people.account, name="account"),
    path("compte/siege/", people.write_for, name="write-for"),
    path("compte/email/", addresses.EmailChangeView.as_view(), name="account_email"),
    path("compte/email/actuelle/", addresses.verify_current_address, name="prove-address"),
    path("compte/appareils/", people.devices, name="devices"),
    path("compte/appareils/<int:number>/fin/", people.sign_out_device_view, name="end-device"),
    path("compte/appareils/fin/", people.sign_out_other_devices_view, name="end-other-devices"),
    path(
        "compte/double-protection/recovery-codes/download/",
        factors.RecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("compte/double-protection/", include("allauth.mfa.urls")),
]
#: There where a provider is configured, and only there.
openid_urlpatterns = [
    path("compte/identite/", openid.start_login, name="openid"),
    path("compte/identite/retour/", openid.login_callback, name="openid-return"),
    path(
        "compte/identite/annulee/",
        identities.login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path("compte/identite/liee/", identities.connections, name="socialaccount_connections"),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += openid_urlpatterns
