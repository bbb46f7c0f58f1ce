"""URL patterns of putting a question to others."""

from django.urls import path

from forum.conversation.addressees.selection import views

urlpatterns = [path("fils/<id:pk>/demander/", views.ask, name="ask-others")]
