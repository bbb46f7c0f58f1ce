"""The addresses of closing one's account."""

from django.urls import path

from forum.members.closing import views

urlpatterns = [
    path("compte/fermeture/", views.close_account, name="close-account"),
    path("compte/fermeture/messages/", views.choose_posts, name="posts-to-delete"),
    path("compte/fermeture/annulation/", views.keep_account, name="keep-account"),
]
