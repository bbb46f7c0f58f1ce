"""URL patterns of former versions."""

from django.urls import path

from forum.threads.revisions import views

urlpatterns = [
    path("messages/<int:pk>/versions/", views.post_versions, name="post-versions"),
    path("fils/<int:pk>/resume/versions/", views.summary_versions, name="summary-versions"),
    path("fils/<int:pk>/titres/", views.title_versions, name="title-versions"),
    path("versions/<int:pk>/effacer/", views.blank_version, name="blank-version"),
]
