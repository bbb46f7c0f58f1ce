"""The addresses of names of people who left."""

from django.urls import path

from forum.members.closing.names import views

urlpatterns = [
    path("animation/noms/<id:pk>/", views.name_removal, name="name-removal"),
    path("animation/noms/passages/<id:pk>/", views.restore_name, name="restore-name"),
]
