"""URL patterns of attendance."""

from django.urls import path

from forum.conversation.meetings.attendance import views

urlpatterns = [
    path("rencontres/<id:pk>/emargement/", views.attendance_sheet, name="attendance-sheet"),
    path(
        "rencontres/<id:pk>/attestation.pdf",
        views.attendance_certificate,
        name="attendance-certificate",
    ),
]
