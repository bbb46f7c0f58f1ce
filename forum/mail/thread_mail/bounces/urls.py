"""The URL of the button by which an address is mailed again."""

from django.urls import path

from forum.mail.thread_mail.bounces import views

urlpatterns = [path("compte/courriels/reprendre/", views.resume_mail, name="resume-mail")]
