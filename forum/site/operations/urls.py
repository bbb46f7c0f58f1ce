"""Where background tasks are seen."""

from django.urls import path

from forum.site.operations import views

urlpatterns = [
    path("animation/taches/", views.background_tasks, name="background-tasks"),
    path("animation/taches/<slug:pk>/reprise/", views.retry_task, name="retry-task"),
    path("animation/taches/<slug:pk>/abandon/", views.discard_task, name="discard-task"),
]
