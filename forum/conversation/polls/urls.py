"""URL patterns of polls."""

from django.urls import path

from forum.conversation.polls import views
from forum.conversation.polls.minutes.views import minutes

urlpatterns = [
    path("fils/<id:pk>/sondage/", views.add_poll, name="add-poll"),
    path("fils/<id:pk>/sondage/dates/", views.add_date_poll, name="add-date-poll"),
    path("fils/<id:pk>/sondage/secret/", views.add_secret_poll, name="add-secret-poll"),
    path("sondages/<id:pk>/", views.show_poll, name="poll"),
    path("sondages/<id:pk>/proces-verbal.pdf", minutes, name="poll-minutes"),
    path("sondages/<id:pk>/modifier/", views.edit_poll, name="edit-poll"),
    path("sondages/<id:pk>/supprimer/", views.remove_poll, name="remove-poll"),
    path("sondages/supprimes/<id:pk>/", views.restore_poll, name="restore-poll"),
    path("sondages/<id:pk>/clore/", views.close_poll, name="close-poll"),
    path("sondages/<id:pk>/reprendre/", views.take_vote_back, name="take-vote-back"),
]
