"""URL patterns of drafts."""

from django.urls import path

from forum.conversation.drafts import views

urlpatterns = [
    path("brouillons/", views.drafts, name="drafts"),
    path("brouillons/<uuid:draft_key>/supprimer/", views.delete_draft, name="delete-draft"),
]
