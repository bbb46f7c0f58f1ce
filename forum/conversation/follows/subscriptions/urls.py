"""URL patterns of subscriptions."""

from django.urls import path

from forum.conversation.follows.subscriptions import views

urlpatterns = [
    path("suivis/abonnements/", views.subscriptions, name="subscriptions"),
    path("suivis/abonnements/<slug:kind>/<id:pk>/", views.subscription, name="subscription"),
]
