"""URL patterns of moderation: posts and threads."""

from django.urls import path

from forum.moderation import views

urlpatterns = [
    path("messages/<id:pk>/masquer/", views.hide_post, name="hide-post"),
    path("messages/<id:pk>/masque/", views.hidden_post, name="hidden-post"),
    path("messages/<id:pk>/retablir/", views.restore_post, name="restore-post"),
    path("fils/<id:pk>/fermeture/", views.lock_thread, name="lock-thread"),
    path("fils/<id:pk>/rythme/", views.slow_thread, name="slow-thread"),
    path("fils/<id:pk>/epingle/", views.pin_thread, name="pin-thread"),
]
