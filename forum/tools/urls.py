"""URL patterns of tools."""

from django.urls import path

from forum.tools.views import library, tool, writing

urlpatterns = [
    path("outils/", library.tools, name="tools"),
    path("outils/<int:pk>/", tool.show_tool, name="tool-short"),
    path("outils/<int:pk>-<slug:slug>/", tool.show_tool, name="tool"),
    path("outils/<int:pk>/utilise/", tool.say_used, name="say-used"),
    path("outils/<int:pk>/plus-utilise/", tool.say_unused, name="say-unused"),
    path("outils/<int:pk>/modifier/", writing.edit_tool, name="edit-tool"),
    path("outils/<int:pk>/nouvelle-version/", writing.publish_version, name="tool-version"),
    path("outils/<int:pk>/retirer/", writing.withdraw_tool, name="withdraw-tool"),
    path("fichiers/<uuid:file_id>/outil/", writing.offer_tool, name="offer-tool"),
]
