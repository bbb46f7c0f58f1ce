"""URL patterns of public versions. The public page names the sheet, proposing its thread."""

from django.urls import path

from forum.library.sheets.public_versions.views import deciding, reading, withdrawing

_ANSWER = "experiences/accords/<id:pk>/"

urlpatterns = [
    path("experiences/publiques/", reading.public_sheets, name="public-sheets"),
    path("experiences/publiques/<id:pk>/", reading.public_sheet, name="public-sheet-short"),
    path(
        "experiences/publiques/<id:pk>/<slug:slug>/", reading.public_sheet, name="public-sheet"
    ),
    path(
        "experiences/rendre-publique/<id:pk>/",
        deciding.propose_public_sheet,
        name="propose-public-sheet",
    ),
    path(_ANSWER, deciding.public_sheet_consent, name="public-sheet-consent"),
    path(
        f"{_ANSWER}retirer/",
        withdrawing.withdraw_public_sheet,
        name="withdraw-public-sheet",
    ),
    path(f"{_ANSWER}abandonner/", deciding.cancel_public_sheet, name="cancel-public-sheet"),
]
