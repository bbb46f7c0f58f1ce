"""URL patterns of measures: those about a person, and the statement of each."""

from django.urls import path

from forum.moderation.measures import views
from forum.moderation.measures.models import MeasureKind

urlpatterns = [
    path(
        "membres/<id:pk>/avertir/",
        views.impose_measure,
        {"kind": MeasureKind.WARN},
        name="warn-person",
    ),
    path(
        "membres/<id:pk>/retirer-sa-photo/",
        views.impose_measure,
        {"kind": MeasureKind.REMOVE_PHOTO},
        name="remove-photo",
    ),
    path(
        "membres/<id:pk>/lecture-seule/",
        views.impose_measure,
        {"kind": MeasureKind.SILENCE},
        name="silence-person",
    ),
    path(
        "membres/<id:pk>/suspendre/",
        views.impose_measure,
        {"kind": MeasureKind.SUSPEND},
        name="suspend-person",
    ),
    path("moderation/", views.own_moderation, name="own-moderation"),
    path("moderation/mesures/<id:pk>/", views.measure, name="measure"),
    path("moderation/mesures/<id:pk>/fin/", views.end_measure, name="end-measure"),
]
