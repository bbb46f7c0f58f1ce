"""URL patterns of calendar feeds."""

from django.urls import path

from forum.conversation.meetings.calendar_feeds import views

urlpatterns = [
    path("rencontres/agenda/", views.show_feed, name="calendar-feed"),
    path("rencontres/agenda/creer/", views.make_feed, name="make-calendar-feed"),
    path("rencontres/agenda/supprimer/", views.remove_feed, name="remove-calendar-feed"),
    path("rencontres/agenda/<slug:token>.ics", views.feed_file, name="calendar-feed-file"),
]
