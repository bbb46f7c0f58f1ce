"""URL patterns of the end of a seat and of its handover."""

from django.urls import path

from forum.members.handover import views

urlpatterns = [
    path("sieges/<id:pk>/fin/", views.end_seat, name="end-seat"),
    path("sieges/<id:pk>/successeur/", views.handover, name="handover"),
]
