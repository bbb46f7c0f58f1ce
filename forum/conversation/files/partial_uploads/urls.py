"""URL patterns of files that are sent in parts."""

from django.urls import path

from forum.conversation.files.partial_uploads import views

urlpatterns = [
    path("fichiers/envois/", views.begin_upload, name="begin-upload"),
    path("fichiers/envois/<uuid:upload_key>/", views.upload_part, name="upload-part"),
    path(
        "fichiers/envois/<uuid:upload_key>/annuler/", views.cancel_upload, name="cancel-upload"
    ),
]
