"""The addresses of what ends, and of who carries it on."""

from django.urls import path

from forum.succession import views

urlpatterns = [
    path("sieges/<int:pk>/fin/", views.end_seat, name="end-seat"),
    path("sieges/<int:pk>/successeur/", views.succession, name="succession"),
]
