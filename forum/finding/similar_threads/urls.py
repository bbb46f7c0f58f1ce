"""URLs of similar threads."""

from django.urls import path

from forum.finding.similar_threads import views

urlpatterns = [
    path("fils/semblables/", views.find_similar_to_title, name="similar-to-title"),
    path("fils/<id:pk>/semblables/", views.find_similar_threads, name="similar-threads"),
]
