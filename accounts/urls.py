"""The addresses of the accounts. ``compte/`` continues with allauth's own."""

from django.urls import path, re_path

from accounts.admission import views as admission
from accounts.charter import archive, countersigning, papers
from accounts.charter import views as charter
from accounts.editions import views as editions
from accounts.organisations import deciding
from accounts.organisations import desk as seats
from accounts.organisations import views as desk
from accounts.people import views as people

urlpatterns = [
    path("charte/", charter.charter, name="charter"),
    path("charte/signer/", charter.sign, name="sign-charter"),
    path("charte/signataires/", archive.signatories, name="signatories"),
    path("charte/retrait/", charter.withdraw, name="withdraw"),
    path("charte/refus/", charter.refuse, name="refuse-charter"),
    path("charte/contresigner/<slug:slug>/", countersigning.countersign, name="countersign"),
    path("charte/invitation/<str:key>/", countersigning.invitation, name="invitation"),
    path("charte/signatures/<int:pk>/recu/", papers.receipt_pdf, name="receipt"),
    path("charte/signatures/<int:pk>/acte/", papers.act, name="signature-act"),
    re_path(
        r"^charte/(?P<name>[0-9A-Za-z.-]{1,20})/$",
        archive.charter_version,
        name="charter-version",
    ),
    path("animation/sieges/", desk.seats, name="seats"),
    path("animation/charte/", editions.drafts, name="charter-drafts"),
    path("animation/charte/nouvelle/", editions.new_draft, name="new-charter-draft"),
    path("animation/charte/<int:pk>/", editions.draft, name="charter-draft"),
    path("animation/charte/<int:pk>/apercu/", editions.preview, name="charter-draft-preview"),
    path("animation/charte/<int:pk>/supprimer/", editions.drop, name="drop-charter-draft"),
    path("animation/admission/<slug:slug>/", admission.admit, name="admit-organisation"),
    path("domaines/<int:pk>/verifier/", admission.verify_domain, name="verify-domain"),
    path("domaines/<int:pk>/refuser/", admission.refuse_domain, name="refuse-domain"),
    path("sieges/<int:pk>/confirmer/", deciding.confirm_seat, name="confirm-seat"),
    path("sieges/<int:pk>/refuser/", deciding.refuse_seat, name="refuse-seat"),
    path("sieges/<int:pk>/fin/", deciding.end_seat, name="end-seat"),
    path("sieges/<int:pk>/contact/", deciding.set_contact, name="set-contact"),
    path("organisations/<slug:slug>/sieges/", seats.seats, name="organisation-seats"),
    path("parrainages/", admission.candidates, name="candidates"),
    path("parrainages/<slug:slug>/", admission.sponsor, name="sponsor"),
    path("compte/", people.account, name="account"),
    path("compte/siege/", people.write_for, name="write-for"),
]
