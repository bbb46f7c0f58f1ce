"""URL patterns of posts that wait."""

from django.urls import path

from forum.moderation.held_posts import views

urlpatterns = [
    path("animation/messages/", views.held_posts, name="held-posts"),
    path("messages/<id:pk>/en-attente/", views.held_post, name="held-post"),
    path("messages/<id:pk>/publier/", views.approve_post, name="approve-post"),
    path("messages/<id:pk>/retirer/", views.withdraw_post, name="withdraw-post"),
]
