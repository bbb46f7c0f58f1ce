"""The addresses of the animators' dashboard, of an organisation's seats and of one seat."""

from django.urls import path

from accounts.organisations.views import (
    animator_dashboard,
    animator_guide,
    organisation_seats,
    seat_decisions,
)

urlpatterns = [
    path("animation/sieges/", animator_dashboard.animator_dashboard, name="seats"),
    path("animation/mode-d-emploi/", animator_guide.animator_guide, name="animator-guide"),
    path("animation/reglages/", animator_dashboard.animator_settings, name="animator-settings"),
    path("sieges/<id:pk>/confirmer/", seat_decisions.confirm_seat, name="confirm-seat"),
    path("sieges/<id:pk>/refuser/", seat_decisions.refuse_seat, name="refuse-seat"),
    path("sieges/<id:pk>/contact/", seat_decisions.set_contact, name="set-contact"),
    path(
        "organisations/<slug:slug>/sieges/",
        organisation_seats.organisation_seats,
        name="organisation-seats",
    ),
]
