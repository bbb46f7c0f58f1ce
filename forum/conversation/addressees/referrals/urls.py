"""URL patterns of received questions."""

from django.urls import path

from forum.conversation.addressees.referrals import views

urlpatterns = [
    path("questions-recues/<id:pk>/transmettre/", views.pass_on, name="pass-on-question"),
    path("questions-recues/<id:pk>/pas-nous/", views.decline, name="decline-question"),
    path(
        "questions-recues/<id:pk>/a-nouveau/",
        views.take_decline_back,
        name="take-decline-back",
    ),
]
