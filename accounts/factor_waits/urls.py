"""URL patterns of second factors that wait."""

from django.urls import path

from accounts.factor_waits import views

urlpatterns = [
    path("animation/protections/<id:pk>/", views.confirm_factor, name="confirm-factor"),
    path("compte/protection/arreter/<str:token>/", views.stop_factor, name="stop-factor"),
]
