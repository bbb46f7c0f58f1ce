"""URL patterns of muting."""

from django.urls import path

from forum.conversation.mutes import views

urlpatterns = [
    path("compte/sourdine/", views.mutes, name="mutes"),
    path("membres/<id:pk>/sourdine/", views.mute, name="mute"),
]
