"""URL patterns of the open data and of the page for press and institutions."""

from django.urls import path

from forum.library.open_data import views

urlpatterns = [
    path("donnees-ouvertes/", views.open_data, name="open-data"),
    path(
        "donnees-ouvertes/<slug:file>.<slug:ending>",
        views.open_data_file,
        name="open-data-file",
    ),
    path("presse/", views.press, name="press"),
]
