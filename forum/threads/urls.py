"""The addresses of threads and posts."""

from django.urls import path

from forum.threads import replying, views, writing

urlpatterns = [
    path("fils/nouveau/", writing.new_thread, name="new-thread"),
    path("fils/<int:pk>/", views.thread, name="thread-short"),
    path("fils/<int:pk>-<slug:slug>/", views.thread, name="thread"),
    path("fils/<int:pk>/suite/", views.thread_changes, name="thread-changes"),
    path("fils/<int:pk>/reponses/", replying.replies, name="replies"),
    path("fils/<int:pk>/reglages/", writing.revise, name="revise-thread"),
    path("messages/<int:pk>/", views.post, name="post"),
    path("messages/<int:pk>/modifier/", writing.edit, name="edit-post"),
    path("messages/<int:pk>/supprimer/", writing.delete, name="delete-post"),
    path("apercu/", views.preview, name="preview"),
]
