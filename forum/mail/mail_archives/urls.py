"""URL patterns of archives of mailing lists, for animators."""

from django.urls import path

from forum.mail.mail_archives import views

urlpatterns = [
    path("animation/archives/", views.mail_archives, name="mail-archives"),
    path("animation/archives/<id:pk>/", views.mail_archive, name="mail-archive"),
    path("animation/archives/fils/<id:pk>/", views.archived_thread, name="archived-thread"),
    path("animation/archives/<id:pk>/ouvrir/", views.open_archive, name="open-archive"),
    path("animation/archives/<id:pk>/jeter/", views.discard_archive, name="discard-archive"),
]
