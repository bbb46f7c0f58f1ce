"""URL patterns of summaries."""

from django.urls import path

from forum.conversation.threads.summaries import views

urlpatterns = [path("fils/<id:pk>/resume/", views.edit_summary, name="edit-summary")]
