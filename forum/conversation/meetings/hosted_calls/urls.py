"""URL patterns of hosted calls."""

from django.urls import path

from forum.conversation.meetings.hosted_calls import views

urlpatterns = [path("rencontres/<id:pk>/visio/", views.join_call, name="join-call")]
