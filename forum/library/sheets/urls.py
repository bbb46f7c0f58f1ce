"""URL patterns of sheets. Those of a published one name its thread, others the sheet."""

from django.urls import path

from forum.library.sheets.authors import views as authors
from forum.library.sheets.confirmations import views as confirmations
from forum.library.sheets.reviews import views as reviews
from forum.library.sheets.reviews.calls import views as calls
from forum.library.sheets.views import library, publishing, reading, writing

_DRAFT = "experiences/brouillons/<id:pk>/"

urlpatterns = [
    path("experiences/", library.sheets, name="sheets"),
    path("experiences/nouvelle/", writing.new_sheet, name="new-sheet"),
    path("experiences/brouillons/", library.sheet_drafts, name="sheet-drafts"),
    path(_DRAFT, reading.show_draft, name="sheet-draft"),
    path(f"{_DRAFT}modifier/", writing.edit_draft, name="edit-draft"),
    path(f"{_DRAFT}publier/", publishing.publish_sheet, name="publish-sheet"),
    path(f"{_DRAFT}supprimer/", writing.delete_draft, name="delete-sheet-draft"),
    path("experiences/auteurs/<id:pk>/", authors.sheet_authors, name="sheet-authors"),
    path(
        "experiences/auteurs/retirer/<id:pk>/",
        authors.remove_author,
        name="remove-sheet-author",
    ),
    path("experiences/invitations/<id:pk>/", authors.sheet_invitation, name="sheet-invitation"),
    path("experiences/relectures/<id:pk>/", reviews.sheet_reviews, name="sheet-reviews"),
    path("experiences/relectures/<id:pk>/appel/", calls.change_call, name="change-call"),
    path("experiences/appels/", calls.review_calls, name="review-calls"),
    path("experiences/appels/<id:pk>/", calls.review_call, name="review-call"),
    path("experiences/relire/<id:pk>/", reviews.review_sheet, name="review-sheet"),
    path("experiences/modifier/<id:pk>/", writing.edit_sheet, name="edit-sheet"),
    path(
        "experiences/toujours-vrai/<id:pk>/",
        confirmations.confirm_sheet,
        name="confirm-sheet",
    ),
    path("experiences/<id:pk>/", reading.show_sheet, name="sheet-short"),
    path("experiences/<id:pk>/<slug:slug>/", reading.show_sheet, name="sheet"),
    path("fils/<id:pk>/fiche/", writing.draw_sheet, name="draw-sheet"),
]
