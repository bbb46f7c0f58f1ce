"""The addresses of lists."""

from django.urls import path

from forum.finding.lists import views

urlpatterns = [
    path("", views.home, name="home"),
    path("suite/", views.list_changes, name="list-changes"),
    path("suite/non-lus/", views.list_unread, name="list-unread"),
    path("sujets/<slug:slug>/", views.topic, name="topic"),
    path("espaces/<slug:slug>/", views.space, name="space"),
    path("mots/<slug:slug>/", views.tag, name="tag"),
]
