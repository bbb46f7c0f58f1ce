"""URL patterns of the help."""

from django.urls import path

from forum.site.help import views

urlpatterns = [
    path("aide/", views.help_pages, name="help"),
    path("aide/<slug:slug>/", views.help_page, name="help-page"),
]
