"""URL patterns of sheets. Those of a published one name its thread, others the sheet."""

from django.urls import path

from forum.sheets.authors import views as authors
from forum.sheets.confirmations import views as confirmations
from forum.sheets.reviews import views as reviews
from forum.sheets.reviews.calls import views as calls
from forum.sheets.views import library, publishing, reading, writing

_DRAFT = "experiences/brouillons/<int:pk>/"

urlpatterns = [
    path("experiences/", library.sheets, name="sheets"),
    path("experiences/nouvelle/", writing.new_sheet, name="new-sheet"),
    path("experiences/brouillons/", library.sheet_drafts, name="sheet-drafts"),
    path(_DRAFT, reading.show_draft, name="sheet-draft"),
    path(f"{_DRAFT}modifier/", writing.edit_draft, name="edit-draft"),
    path(f"{_DRAFT}publier/", publishing.publish_sheet, name="publish-sheet"),
    path(f"{_DRAFT}supprimer/", writing.delete_draft, name="delete-sheet-draft"),
    path("experiences/auteurs/<int:pk>/", authors.sheet_authors, name="sheet-authors"),
    path(
        "experiences/auteurs/retirer/<int:pk>/",
        authors.remove_author,
        name="remove-sheet-author",
    ),
    path(
        "experiences/invitations/<int:pk>/", authors.sheet_invitation, name="sheet-invitation"
    ),
    path("experiences/relectures/<int:pk>/", reviews.sheet_reviews, name="sheet-reviews"),
    path("experiences/relectures/<int:pk>/appel/", calls.change_call, name="change-call"),
    path("experiences/appels/", calls.review_calls, name="review-calls"),
    path("experiences/appels/<int:pk>/", calls.review_call, name="review-call"),
    path("experiences/relire/<int:pk>/", reviews.review_sheet, name="review-sheet"),
    path("experiences/modifier/<int:pk>/", writing.edit_sheet, name="edit-sheet"),
    path(
        "experiences/toujours-vrai/<int:pk>/",
        confirmations.confirm_sheet,
        name="confirm-sheet",
    ),
    path("experiences/<int:pk>/", reading.show_sheet, name="sheet-short"),
    path("experiences/<int:pk>/<slug:slug>/", reading.show_sheet, name="sheet"),
    path("fils/<int:pk>/fiche/", writing.draw_sheet, name="draw-sheet"),
]
