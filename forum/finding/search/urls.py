"""URLs of search."""

from django.urls import path

from forum.finding.search import views

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche/propositions/", views.search_suggestions, name="search-suggestions"),
]
