"""URL patterns of threads and posts."""

from django.urls import path

from forum.conversation.threads.views import editing, reading, replying, starting

urlpatterns = [
    path("fils/nouveau/", starting.new_thread, name="new-thread"),
    path("fils/<id:pk>/", reading.show_thread, name="thread-short"),
    path("fils/<id:pk>-<slug:slug>/", reading.show_thread, name="thread"),
    path("fils/<id:pk>/suite/", reading.thread_changes, name="thread-changes"),
    path("fils/<id:pk>/reponses/", replying.reply, name="replies"),
    path("fils/<id:pk>/reglages/", editing.edit_thread, name="edit-thread"),
    path("messages/<id:pk>/", reading.redirect_to_post, name="post"),
    path("messages/<id:pk>/modifier/", editing.edit_post, name="edit-post"),
    path("messages/<id:pk>/a-plusieurs/", editing.wiki_post, name="wiki-post"),
    path("messages/<id:pk>/supprimer/", editing.delete_post, name="delete-post"),
    path("apercu/", reading.preview, name="preview"),
]
