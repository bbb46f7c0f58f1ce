"""URL patterns of the terms that mean the same."""

from django.urls import path

from forum.finding.search.synonym_groups import views

urlpatterns = [
    path("animation/synonymes/", views.synonyms, name="synonyms"),
    path("animation/synonymes/<id:pk>/", views.synonym_group, name="synonym-group"),
    path("animation/synonymes/<id:pk>/retrait/", views.remove_synonyms, name="remove-synonyms"),
]
