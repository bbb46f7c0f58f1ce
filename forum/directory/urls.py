"""The addresses of the directory."""

from django.urls import path

from forum.directory import people, territories, views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("territoires/", territories.territories, name="territories"),
    path("territoires/<slug:slug>/", territories.territory, name="territory"),
    path("membres/", people.members, name="members"),
    path("membres/<int:pk>/", people.member, name="member"),
    path("compte/annuaire/", people.card, name="card"),
]
