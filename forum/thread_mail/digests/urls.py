"""The URL that a digest gives to stop it: short, as RFC 8058 asks."""

from django.urls import path

from forum.thread_mail.digests import views

urlpatterns = [path("r/<slug:key>/", views.stop_digest, name="stop-digest")]
