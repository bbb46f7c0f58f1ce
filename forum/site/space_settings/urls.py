"""URL patterns of what mails tell of spaces."""

from django.urls import path

from forum.site.space_settings import views

urlpatterns = [path("animation/espaces/", views.space_settings, name="space-settings")]
