"""URL patterns of merges of tags."""

from django.urls import path

from forum.finding.tags.merges import views

urlpatterns = [
    path("mots/<slug:slug>/reunir/", views.merge_tag, name="merge-tag"),
    path("mots-cles/<slug:slug>/separer/", views.separate_tag, name="separate-tag"),
]
