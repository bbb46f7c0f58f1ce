"""URL patterns of tools."""

from django.urls import path

from forum.library.tools.views import library, tool, writing

urlpatterns = [
    path("outils/", library.tools, name="tools"),
    path("outils/<id:pk>/", tool.show_tool, name="tool-short"),
    path("outils/<id:pk>-<slug:slug>/", tool.show_tool, name="tool"),
    path("outils/<id:pk>/utilise/", tool.say_used, name="say-used"),
    path("outils/<id:pk>/plus-utilise/", tool.say_unused, name="say-unused"),
    path("outils/<id:pk>/modifier/", writing.edit_tool, name="edit-tool"),
    path("outils/<id:pk>/nouvelle-version/", writing.publish_version, name="tool-version"),
    path("outils/<id:pk>/retirer/", writing.withdraw_tool, name="withdraw-tool"),
    path("fichiers/<uuid:file_id>/outil/", writing.offer_tool, name="offer-tool"),
]
