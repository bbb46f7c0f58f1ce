"""URL patterns of what someone posted lately."""

from django.urls import path

from forum.moderation.recent_posts import views

urlpatterns = [
    path("membres/<id:pk>/messages-recents/", views.recent_posts, name="recent-posts"),
    path(
        "moderation/mesures/<id:pk>/ensemble/",
        views.restore_together,
        name="restore-together",
    ),
]
