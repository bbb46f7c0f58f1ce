"""The URL of names that are suggested."""

from django.urls import path

from forum.conversation.mentions import views

urlpatterns = [path("noms/propositions/", views.name_suggestions, name="name-suggestions")]
