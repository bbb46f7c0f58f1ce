"""URL patterns of mail about threads. The address in each mail is short: RFC 8058 is strict."""

from django.urls import path

from forum.mail.thread_mail import views

urlpatterns = [
    path("compte/courriels/", views.mail_settings, name="mail-settings"),
    path("c/<slug:key>/", views.stop_mail, name="stop-mail"),
    path("r/<slug:key>/", views.stop_setting, {"what": "digest"}, name="stop-digest"),
    path(
        "n/<slug:key>/",
        views.stop_setting,
        {"what": "notifications"},
        name="stop-notifications",
    ),
    path("b/<slug:key>/", views.stop_setting, {"what": "welcomes"}, name="stop-welcomes"),
]
