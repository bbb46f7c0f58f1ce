"""URL patterns of meetings."""

from django.urls import path

from forum.conversation.meetings import views

urlpatterns = [
    path("fils/<id:pk>/rencontre/", views.add_meeting, name="add-meeting"),
    path("rencontres/", views.meetings, name="meetings"),
    path("rencontres/<id:pk>/", views.show_meeting, name="meeting"),
    path("rencontres/<id:pk>/rencontre.ics", views.meeting_calendar, name="meeting-calendar"),
    path("rencontres/<id:pk>/modifier/", views.edit_meeting, name="edit-meeting"),
    path("rencontres/<id:pk>/annuler/", views.cancel_meeting, name="cancel-meeting"),
    path("rencontres/<id:pk>/inscription/", views.register, name="register-for-meeting"),
    path("rencontres/<id:pk>/renoncer/", views.withdraw, name="withdraw-registration"),
]
