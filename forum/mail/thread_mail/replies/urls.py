"""URL patterns of answers by mail."""

from django.urls import path

from forum.mail.thread_mail.replies import views

urlpatterns = [
    path("compte/courriels/<id:pk>/", views.received_mail, name="received-mail"),
]
