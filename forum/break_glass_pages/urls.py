"""URL patterns of break-glass access and its log."""

from django.urls import path

from forum.break_glass_pages import views

urlpatterns = [
    path("animation/ouvertures/", views.break_glass, name="openings"),
    path("animation/ouvertures/<int:pk>/fin/", views.close_break_glass, name="close-opening"),
    path("espaces/<slug:slug>/ouvertures/", views.break_glass_log, name="space-openings"),
]
