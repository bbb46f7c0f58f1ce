"""URL patterns of the first steps of a new member."""

from django.urls import path

from forum.members.onboarding import views

urlpatterns = [
    path("premiers-pas/", views.first_steps, name="first-steps"),
    path("premiers-pas/fin/", views.end, name="end-first-steps"),
]
