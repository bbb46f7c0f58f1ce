"""URL patterns of appeals."""

from django.urls import path

from forum.moderation.appeals import views

urlpatterns = [
    path("moderation/mesures/<id:pk>/recours/", views.appeal_measure, name="appeal-measure"),
    path("animation/recours/<id:pk>/", views.decide_appeal, name="decide-appeal"),
]
