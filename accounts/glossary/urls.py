"""The address of the glossary."""

from django.urls import path

from accounts.glossary import views

urlpatterns = [path("glossaire/", views.glossary, name="glossary")]
