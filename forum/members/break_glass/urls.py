"""URL patterns of break-glass access and its log."""

from django.urls import path

from forum.members.break_glass import views

urlpatterns = [
    path("animation/ouvertures/", views.break_glass, name="break-glass"),
    path(
        "animation/ouvertures/<id:pk>/fin/", views.close_break_glass, name="close-break-glass"
    ),
    path("espaces/<slug:slug>/ouvertures/", views.break_glass_log, name="break-glass-log"),
]
