"""URL patterns of former versions."""

from django.urls import path

from forum.conversation.threads.revisions import views

urlpatterns = [
    path("messages/<id:pk>/versions/", views.post_versions, name="post-versions"),
    path("fils/<id:pk>/resume/versions/", views.summary_versions, name="summary-versions"),
    path("fils/<id:pk>/titres/", views.title_versions, name="title-versions"),
    path("versions/<id:pk>/effacer/", views.blank_version, name="blank-version"),
]
