"""URL patterns of followed threads."""

from django.urls import path

from forum.conversation.follows import views

urlpatterns = [
    path("suivis/", views.follows, name="follows"),
    path("fils/<id:pk>/suivi/", views.follow, name="follow-thread"),
]
