"""URL patterns of edits that wait."""

from django.urls import path

from forum.moderation.held_edits import views

urlpatterns = [
    path("messages/<id:pk>/modification/", views.own_held_edit, name="own-held-edit"),
    path("modifications/<id:pk>/", views.held_edit, name="held-edit"),
    path("modifications/<id:pk>/publier/", views.approve_edit, name="approve-edit"),
    path("modifications/<id:pk>/retirer/", views.withdraw_edit, name="withdraw-edit"),
]
