"""The addresses of sponsoring, and of what animators decide about admission."""

from django.urls import path

from accounts.admission import views

urlpatterns = [
    path(
        "animation/admission/<slug:slug>/", views.admit_organisation, name="admit-organisation"
    ),
    path("domaines/<id:pk>/verifier/", views.verify_domain, name="verify-domain"),
    path("domaines/<id:pk>/refuser/", views.refuse_domain, name="refuse-domain"),
    path("parrainages/", views.candidates, name="candidates"),
    path("parrainages/<slug:slug>/", views.sponsor, name="sponsor"),
]
