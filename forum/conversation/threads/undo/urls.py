"""URL pattern of undoing what was just sent."""

from django.urls import path

from forum.conversation.threads.undo import views

urlpatterns = [path("messages/<id:pk>/annuler/", views.undo_post, name="undo-post")]
