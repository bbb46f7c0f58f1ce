"""URL patterns of the newsletter."""

from django.urls import path

from forum.library.newsletter import views

urlpatterns = [
    path("semaine/", views.newsletter, name="newsletter"),
    path("semaine/<slug:slug>/", views.newsletter_issue, name="newsletter-issue"),
    path("animation/semaine/", views.newsletter_issues, name="newsletter-issues"),
    path("animation/semaine/commencer/", views.start_issue, name="start-newsletter-issue"),
    path("animation/semaine/<slug:slug>/", views.edit_issue, name="edit-newsletter-issue"),
    path(
        "animation/semaine/<slug:slug>/apercu/",
        views.preview_issue,
        name="preview-newsletter-issue",
    ),
]
