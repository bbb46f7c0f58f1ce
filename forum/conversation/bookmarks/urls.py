"""URL patterns of bookmarks."""

from django.urls import path

from forum.conversation.bookmarks import views

urlpatterns = [
    path("messages/<id:pk>/garder/", views.bookmark_post, name="bookmark-post"),
    path("messages/<id:pk>/ne-plus-garder/", views.remove_bookmark, name="remove-bookmark"),
    path("ce-que-je-garde/", views.bookmarks, name="bookmarks"),
    path("ce-que-je-garde/<id:pk>/", views.edit_bookmark, name="edit-bookmark"),
]
