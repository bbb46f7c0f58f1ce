"""URL patterns of reports."""

from django.urls import path

from forum.moderation.reports.views import decisions, reporting

urlpatterns = [
    path("signaler/", reporting.report, name="report"),
    path("signaler/suivi/<str:token>/", reporting.report_status, name="report-status"),
    path("animation/signalements/<id:pk>/", decisions.decide_report, name="decide-report"),
    path(
        "animation/signalements/<id:pk>/auteur/",
        decisions.reveal_reporter,
        name="reveal-reporter",
    ),
]
