"""URL patterns of threads and posts."""

from django.urls import path

from forum.threads.views import editing, reading, replying, starting

urlpatterns = [
    path("fils/nouveau/", starting.new_thread, name="new-thread"),
    path("fils/<int:pk>/", reading.show_thread, name="thread-short"),
    path("fils/<int:pk>-<slug:slug>/", reading.show_thread, name="thread"),
    path("fils/<int:pk>/suite/", reading.thread_changes, name="thread-changes"),
    path("fils/<int:pk>/reponses/", replying.reply, name="replies"),
    path("fils/<int:pk>/reglages/", editing.edit_thread, name="edit-thread"),
    path("messages/<int:pk>/", reading.redirect_to_post, name="post"),
    path("messages/<int:pk>/modifier/", editing.edit_post, name="edit-post"),
    path("messages/<int:pk>/a-plusieurs/", editing.wiki_post, name="wiki-post"),
    path("messages/<int:pk>/supprimer/", editing.delete_post, name="delete-post"),
    path("apercu/", reading.preview, name="preview"),
]
