"""URL patterns of the links in mails that act without signing in."""

from django.urls import path

from forum.mail.thread_mail.mail_links import views

urlpatterns = [
    path("c/<slug:key>/lu/<id:number>/", views.mark_post_read, name="mark-read-by-mail"),
    path("l/<str:token>/", views.mark_digest_read, name="mark-digest-read"),
    path("f/<str:token>/", views.follow_from_digest, name="follow-by-mail"),
    path("t/<str:token>/", views.thank_from_mail, name="thank-by-mail"),
]
