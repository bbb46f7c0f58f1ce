"""URL patterns of moderation: posts and threads."""

from django.urls import path

from forum.moderation import views

urlpatterns = [
    path("messages/<int:pk>/masquer/", views.hide_post, name="hide-post"),
    path("messages/<int:pk>/masque/", views.hidden_post, name="hidden-post"),
    path("messages/<int:pk>/retablir/", views.restore_post, name="restore-post"),
    path("fils/<int:pk>/fermeture/", views.lock_thread, name="lock-thread"),
    path("fils/<int:pk>/rythme/", views.slow_thread, name="slow-thread"),
    path("fils/<int:pk>/epingle/", views.pin_thread, name="pin-thread"),
]
