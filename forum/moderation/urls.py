"""The addresses of moderation."""

from django.urls import path

from forum.moderation import views

urlpatterns = [
    path("messages/<int:pk>/masquer/", views.hide, name="hide-post"),
    path("messages/<int:pk>/masque/", views.withheld, name="withheld"),
    path("messages/<int:pk>/retablir/", views.restore, name="restore-post"),
    path("fils/<int:pk>/fermeture/", views.lock, name="lock-thread"),
    path("fils/<int:pk>/epingle/", views.pin, name="pin-thread"),
    path("fils/<int:pk>/deplacer/", views.move, name="move-thread"),
]
