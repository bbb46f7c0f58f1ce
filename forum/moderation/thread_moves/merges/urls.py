"""URL patterns of merging threads."""

from django.urls import path

from forum.moderation.thread_moves.merges import views

urlpatterns = [
    path("fils/<id:pk>/reunir/", views.merge_threads, name="merge-threads"),
]
