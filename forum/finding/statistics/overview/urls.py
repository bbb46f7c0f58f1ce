"""URL patterns of the animators' page of statistics."""

from django.urls import path

from forum.finding.statistics.overview import views

urlpatterns = [path("animation/tableau/", views.overview, name="overview")]
