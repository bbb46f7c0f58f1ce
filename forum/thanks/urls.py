"""URL patterns of thanks."""

from django.urls import path

from forum.thanks import views

urlpatterns = [
    path("messages/<int:pk>/remercier/", views.thank_for_post, name="thank-for-post"),
    path(
        "messages/<int:pk>/ne-plus-remercier/", views.take_thanks_back, name="take-thanks-back"
    ),
    path("messages/<int:pk>/remerciements/", views.thanks, name="thanks"),
]
