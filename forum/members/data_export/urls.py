"""The addresses of what is one's own."""

from django.urls import path

from forum.members.data_export import views

urlpatterns = [
    path("compte/mes-messages/", views.own_posts, name="own-posts"),
    path("compte/mes-donnees/", views.own_data, name="data-export"),
    path("compte/mes-donnees/archive/", views.own_archive, name="data-archive"),
    path("confidentialite/", views.privacy, name="privacy"),
]
