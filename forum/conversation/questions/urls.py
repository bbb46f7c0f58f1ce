"""URL patterns of accepted answers."""

from django.urls import path

from forum.conversation.questions import views

urlpatterns = [
    path("messages/<id:pk>/retenir/", views.accept_answer, name="accept-answer"),
    path("fils/<id:pk>/rouvrir-la-question/", views.unaccept_answer, name="unaccept-answer"),
]
