"""URL patterns of splitting threads."""

from django.urls import path

from forum.moderation.thread_moves.splits import views

urlpatterns = [
    path("fils/<id:pk>/mettre-a-part/", views.split_thread, name="split-thread"),
]
