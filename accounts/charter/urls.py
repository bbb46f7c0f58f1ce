"""The addresses of the charter, its signatures and its register."""

from django.urls import path, re_path

from accounts.charter.act_templates import views as act_templates
from accounts.charter.signing_requests import views as requests
from accounts.charter.views import countersigning, downloads, joining, register, signing

urlpatterns = [
    path("charte/", signing.charter, name="charter"),
    path("charte/signer/", signing.sign, name="sign-charter"),
    path("charte/etapes/", joining.joining, name="joining-steps"),
    path("charte/modeles/", act_templates.act_templates, name="act-templates"),
    path("charte/modeles/charte/", act_templates.charter_pdf, name="charter-pdf"),
    path("charte/preparer/", requests.prepare_signature, name="prepare-signature"),
    path("charte/demandes/<str:token>/", requests.answer_request, name="signing-request"),
    path(
        "charte/demandes/<str:token>/acte/",
        requests.signing_request_act,
        name="signing-request-act",
    ),
    path(
        "charte/demandes/<id:pk>/renvoyer/",
        requests.renew_signing_request,
        name="renew-signing-request",
    ),
    path(
        "charte/demandes/<id:pk>/retirer/",
        requests.withdraw_signing_request,
        name="withdraw-signing-request",
    ),
    path("charte/inconnue/", signing.unknown_organisation, name="unknown-organisation"),
    path("charte/signataires/", register.signatories, name="signatories"),
    path("charte/retrait/", signing.withdraw, name="withdraw"),
    path("charte/refus/", signing.refuse_version, name="refuse-charter"),
    path("charte/contresigner/<slug:slug>/", countersigning.countersign, name="countersign"),
    path(
        "charte/invitation/<slug:key>/",
        countersigning.invitation,
        name="organisation-invitation",
    ),
    path("charte/signatures/<id:pk>/recu/", downloads.download_receipt, name="receipt"),
    path("charte/signatures/<id:pk>/acte/", downloads.download_act, name="signature-act"),
    # Last: it takes any word that looks like a version's name (see reserved_names).
    re_path(
        r"^charte/(?P<name>[0-9A-Za-z.-]{1,20})/$",
        register.charter_version,
        name="charter-version",
    ),
]


def reserved_names() -> frozenset[str]:
    """The words that follow ``charte/`` in other addresses: no version may be called so."""
    routes = [str(pattern.pattern) for pattern in urlpatterns[:-1]]
    return frozenset(parts[1] for route in routes if (parts := route.split("/"))[1])
