"""The address of a succession."""

from django.urls import path

from forum.succession import views

urlpatterns = [path("sieges/<int:pk>/successeur/", views.succession, name="succession")]
