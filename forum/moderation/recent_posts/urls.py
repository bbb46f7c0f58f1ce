"""URL patterns of what someone posted lately."""

from django.urls import path

from forum.moderation.recent_posts import views

urlpatterns = [
    path("membres/<int:pk>/messages-recents/", views.recent_posts, name="recent-posts"),
    path(
        "moderation/mesures/<int:pk>/ensemble/",
        views.restore_together,
        name="restore-together",
    ),
]
