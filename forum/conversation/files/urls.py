"""URL patterns of files."""

from django.urls import path

from forum.conversation.files import views

urlpatterns = [
    path("fichiers/", views.upload_file, name="upload-file"),
    path("fichiers/<uuid:file_id>/<str:name>", views.show_file, name="file"),
]
