"""URL pattern of the inbox."""

from django.urls import path

from forum.conversation.inbox import views

urlpatterns = [path("avis/", views.inbox, name="inbox")]
