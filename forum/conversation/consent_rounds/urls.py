"""URL patterns of consent rounds, and of the list of decisions."""

from django.urls import path

from forum.conversation.consent_rounds import views

urlpatterns = [
    path("decisions/", views.decisions, name="decisions"),
    path("fils/<id:pk>/tour/", views.open_round, name="open-round"),
    path("tours/<id:pk>/", views.show_round, name="consent-round"),
    path("tours/<id:pk>/proces-verbal.pdf", views.minutes, name="round-minutes"),
    path("tours/<id:pk>/texte/", views.amend_round, name="amend-round"),
    path("tours/<id:pk>/suite/", views.begin_phase, name="begin-round-phase"),
    path("tours/<id:pk>/clore/", views.close_round, name="close-round"),
    path("tours/<id:pk>/issue/", views.write_outcome, name="round-outcome"),
    path("tours/<id:pk>/supprimer/", views.remove_round, name="remove-round"),
    path("tours/supprimes/<id:pk>/", views.restore_round, name="restore-round"),
]
