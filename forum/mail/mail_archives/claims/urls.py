"""The addresses of claiming what one wrote to a list."""

from django.urls import path

from forum.mail.mail_archives.claims import views

urlpatterns = [
    path("compte/anciens-messages/", views.claim_posts, name="claim-posts"),
    path("compte/anciens-messages/code/", views.confirm_claim, name="confirm-claim"),
]
