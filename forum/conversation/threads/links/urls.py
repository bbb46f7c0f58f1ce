"""URL patterns of links between threads."""

from django.urls import path

from forum.conversation.threads.links import views

urlpatterns = [
    path("fils/<id:pk>/liens/", views.thread_links, name="thread-links"),
    path("liens/<id:pk>/retirer/", views.remove_link, name="remove-link"),
]
