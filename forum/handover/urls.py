"""URL patterns of the end of a seat and of its handover."""

from django.urls import path

from forum.handover import views

urlpatterns = [
    path("sieges/<int:pk>/fin/", views.end_seat, name="end-seat"),
    path("sieges/<int:pk>/successeur/", views.handover, name="handover"),
]
