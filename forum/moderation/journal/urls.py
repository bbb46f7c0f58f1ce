"""URL patterns of the log of moderation."""

from django.urls import path

from forum.moderation.journal import views

urlpatterns = [
    path("animation/journal/", views.moderation_log, name="moderation-log"),
]
