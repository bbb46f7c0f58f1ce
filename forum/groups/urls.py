"""The addresses of working groups."""

from django.urls import path

from forum.groups import entering, views

urlpatterns = [
    path("groupes/", views.groups, name="groups"),
    path("groupes/nouveau/", views.new_group, name="new-group"),
    path("groupes/invitations/<int:pk>/", entering.invitation, name="invitation"),
    path("groupes/demandes/<int:pk>/", entering.answer, name="answer-request"),
    path("groupes/demandes/<int:pk>/retrait/", entering.withdraw, name="withdraw-entry"),
    path("groupes/<slug:slug>/", views.group, name="group"),
    path("groupes/<slug:slug>/demande/", entering.ask, name="ask-group"),
    path("groupes/<slug:slug>/invitations/", entering.invite, name="invite"),
    path("groupes/<slug:slug>/depart/", entering.leave, name="leave-group"),
    path("groupes/<slug:slug>/contact/", entering.hand_over, name="hand-over"),
    path("groupes/<slug:slug>/reglages/", views.settings, name="group-settings"),
    path("groupes/<slug:slug>/archive/", views.archive, name="archive-group"),
]
