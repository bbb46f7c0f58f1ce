"""The addresses of the search for a territory, and of an organisation's territories."""

from django.urls import path

from accounts.territories import views

urlpatterns = [
    path("territoires/recherche/", views.territory_search, name="territory-search"),
    path("compte/territoires/", views.own_territories, name="own-territories"),
    path(
        "organisations/<slug:slug>/territoires/",
        views.organisation_territories,
        name="organisation-territories",
    ),
    path(
        "organisations/<slug:slug>/territoires/choix/",
        views.choose_territories,
        name="choose-territories",
    ),
    path(
        "organisations/<slug:slug>/territoires/nouveau/",
        views.add_territory,
        name="add-territory",
    ),
    path(
        "organisations/<slug:slug>/territoires/retrait/",
        views.remove_territory,
        name="leave-territory",
    ),
]
