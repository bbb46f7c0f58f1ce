"""The addresses of the directory."""

from django.urls import path

from forum.directory import views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("territoires/", views.territories, name="territories"),
    path("territoires/<slug:slug>/", views.territory, name="territory"),
    path("membres/<int:pk>/", views.member, name="member"),
]
