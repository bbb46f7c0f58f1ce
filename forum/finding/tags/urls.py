"""URL patterns of tags; their lists of threads are in ``forum/finding/lists/urls.py``."""

from django.urls import path

from forum.finding.tags import views

urlpatterns = [
    path("mots-cles/", views.tags, name="tags"),
    path("mots-cles/propositions/", views.tag_suggestions, name="tag-suggestions"),
    path("mots/<slug:slug>/modifier/", views.edit_tag, name="edit-tag"),
]
