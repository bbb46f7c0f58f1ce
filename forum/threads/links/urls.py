"""URL patterns of links between threads."""

from django.urls import path

from forum.threads.links import views

urlpatterns = [
    path("fils/<int:pk>/liens/", views.thread_links, name="thread-links"),
    path("liens/<int:pk>/retirer/", views.remove_link, name="remove-link"),
]
