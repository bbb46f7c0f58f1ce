"""URL patterns of what compares sheets."""

from django.urls import path

from forum.library.sheets.comparison import views

urlpatterns = [
    path("experiences/comparer/", views.compare_sheets, name="compare-sheets"),
    path("experiences/chiffres/", views.sheet_figures, name="sheet-figures"),
]
