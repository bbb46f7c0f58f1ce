"""The addresses of the accounts. ``compte/`` continues with allauth's own."""

from django.urls import path, re_path

from accounts.charter import archive
from accounts.charter import views as charter
from accounts.organisations import views as seats
from accounts.people import views as people
from accounts.territories import views as territories

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
        territories.leave_territory,
        name="leave-territory",
    ),
    path("animation/sieges/", seats.seats, name="seats"),
    path("animation/sieges/<int:pk>/confirmer/", seats.confirm_seat, name="confirm-seat"),
    path("animation/sieges/<int:pk>/refuser/", seats.refuse_seat, name="refuse-seat"),
    path("animation/sieges/<int:pk>/fin/", seats.end_seat, name="end-seat"),
    path("compte/", people.account, name="account"),
]
