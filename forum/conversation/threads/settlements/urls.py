"""URL patterns of settlements."""

from django.urls import path

from forum.conversation.threads.settlements import views

urlpatterns = [path("fils/<id:pk>/reglee-autrement/", views.settle, name="settle-question")]
