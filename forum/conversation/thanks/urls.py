"""URL patterns of thanks."""

from django.urls import path

from forum.conversation.thanks import views

urlpatterns = [
    path("messages/<id:pk>/remercier/", views.thank_for_post, name="thank-for-post"),
    path(
        "messages/<id:pk>/ne-plus-remercier/", views.take_thanks_back, name="take-thanks-back"
    ),
    path("messages/<id:pk>/remerciements/", views.thanks, name="thanks"),
]
