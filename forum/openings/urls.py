"""The addresses of openings."""

from django.urls import path

from forum.openings import views

urlpatterns = [
    path("animation/ouvertures/", views.openings, name="openings"),
    path("animation/ouvertures/<int:pk>/fin/", views.close_opening, name="close-opening"),
    path("espaces/<slug:slug>/ouvertures/", views.space_openings, name="space-openings"),
]
