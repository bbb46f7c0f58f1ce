"""URL patterns of what who asked says of their question."""

from django.urls import path

from forum.conversation.questions.quiet_questions import views

urlpatterns = [
    path("fils/<id:pk>/ou-en-est-on/", views.question_state, name="question-state"),
    path("fils/<id:pk>/pas-encore/", views.not_settled, name="not-settled"),
]
