"""URL patterns of moving threads."""

from django.urls import path

from forum.moderation.thread_moves import views

urlpatterns = [
    path("fils/<id:pk>/deplacer/", views.move_thread, name="move-thread"),
    path("deplacements/<id:pk>/", views.answer_move, name="answer-move"),
    path("deplacements/<id:pk>/sans-eux/", views.complete_move, name="complete-move"),
    path("deplacements/<id:pk>/retrait/", views.withdraw_move, name="withdraw-move"),
]
