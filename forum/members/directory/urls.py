"""URL patterns of the directory."""

from django.urls import path

from forum.members.directory.views import members, organisations, territories

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<slug:slug>/", organisations.organisation, name="organisation"),
    path("territoires/", territories.territories, name="territories"),
    path("territoires/<slug:slug>/", territories.territory, name="territory"),
    path("membres/", members.members, name="members"),
    path("membres/<id:pk>/", members.member, name="member"),
    path("compte/annuaire/", members.edit_profile, name="edit-profile"),
]
