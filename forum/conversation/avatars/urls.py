"""URL patterns of photos and logos."""

from django.urls import path

from forum.conversation.avatars import views

urlpatterns = [
    path("compte/photo/", views.edit_photo, name="edit-photo"),
    path("membres/<id:pk>/photo", views.photo, name="photo"),
    path("organisations/<slug:slug>/logo/", views.edit_logo, name="edit-logo"),
    path("organisations/<slug:slug>/logo", views.logo, name="logo"),
]
