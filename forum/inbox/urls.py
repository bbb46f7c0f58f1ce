"""URL pattern of the inbox."""

from django.urls import path

from forum.inbox import views

urlpatterns = [path("avis/", views.inbox, name="inbox")]
