"""URL patterns of saved searches."""

from django.urls import path

from forum.finding.saved_searches import views

urlpatterns = [
    path("recherche/suivies/", views.saved_searches, name="saved-searches"),
    path("recherche/suivies/<id:pk>/", views.saved_search, name="saved-search"),
    path("recherche/suivre/", views.follow_search, name="follow-search"),
]
