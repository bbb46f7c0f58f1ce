"""URL patterns of the demonstration, included only where FORUM_DEMO is on."""

from django.urls import path

from forum.site.demo import views

urlpatterns = [
    path("", views.demonstration, name="demonstration"),
    path("<id:pk>/", views.sign_in_as, name="demonstration-sign-in"),
]
