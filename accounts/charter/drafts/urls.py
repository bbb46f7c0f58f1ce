"""The addresses of the charter's drafts, for animators."""

from django.urls import path

from accounts.charter.drafts import views

urlpatterns = [
    path("animation/charte/", views.drafts, name="charter-drafts"),
    path("animation/charte/nouvelle/", views.new_draft, name="new-charter-draft"),
    path("animation/charte/<id:pk>/", views.edit_draft, name="charter-draft"),
    path("animation/charte/<id:pk>/apercu/", views.preview, name="charter-draft-preview"),
    path("animation/charte/<id:pk>/supprimer/", views.delete_draft, name="drop-charter-draft"),
]
