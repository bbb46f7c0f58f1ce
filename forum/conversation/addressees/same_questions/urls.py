"""URL patterns of who has the same question."""

from django.urls import path

from forum.conversation.addressees.same_questions import views

urlpatterns = [
    path("fils/<id:pk>/meme-question/", views.same_questions, name="same-questions"),
    path("fils/<id:pk>/meme-question/ici/", views.say_same_question, name="say-same-question"),
    path(
        "fils/<id:pk>/meme-question/retirer/",
        views.take_same_question_back,
        name="take-same-question-back",
    ),
]
