"""URL patterns of what animators do to an organisation."""

from django.urls import path

from forum.moderation.organisations import views

urlpatterns = [
    path(
        "organisations/<slug:slug>/radier/",
        views.strike_organisation,
        name="strike-organisation",
    ),
    path(
        "organisations/<slug:slug>/reunir/",
        views.merge_organisation,
        name="merge-organisation",
    ),
    path(
        "organisations/<slug:slug>/separer/",
        views.separate_organisation,
        name="separate-organisation",
    ),
    path(
        "organisations/<slug:slug>/renommer/",
        views.rename_organisation,
        name="rename-organisation",
    ),
]
