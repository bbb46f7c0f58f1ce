"""URL patterns of moving threads."""

from django.urls import path

from forum.thread_moves import views

urlpatterns = [
    path("fils/<int:pk>/deplacer/", views.move_thread, name="move-thread"),
    path("deplacements/<int:pk>/", views.answer_move, name="answer-move"),
    path("deplacements/<int:pk>/sans-eux/", views.complete_move, name="complete-move"),
    path("deplacements/<int:pk>/retrait/", views.withdraw_move, name="withdraw-move"),
]
