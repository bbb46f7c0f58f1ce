"""URL patterns of mails that could not be read."""

from django.urls import path

from forum.mail.thread_mail.quarantine import views

urlpatterns = [
    path("animation/courriels/", views.quarantined_mails, name="quarantined-mails"),
    path(
        "animation/courriels/<id:pk>/reessayer/",
        views.retry_quarantined_mail,
        name="retry-quarantined-mail",
    ),
    path(
        "animation/courriels/<id:pk>/effacer/",
        views.delete_quarantined_mail,
        name="delete-quarantined-mail",
    ),
]
