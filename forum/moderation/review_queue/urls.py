"""URL patterns of the review queue."""

from django.urls import path

from forum.moderation.review_queue import views

urlpatterns = [
    path("animation/", views.review_queue, name="review-queue"),
    path("animation/prendre/", views.claim, name="claim-item"),
    path("animation/rendre/", views.release, name="release-item"),
]
