"""URL patterns of working groups."""

from django.urls import path

from forum.members.groups.views import entries, groups

urlpatterns = [
    path("groupes/", groups.groups, name="groups"),
    path("groupes/nouveau/", groups.new_group, name="new-group"),
    path("groupes/invitations/<id:pk>/", entries.invitation, name="invitation"),
    path("groupes/demandes/<id:pk>/", entries.answer_request, name="answer-request"),
    path("groupes/demandes/<id:pk>/retrait/", entries.withdraw_entry, name="withdraw-entry"),
    path("groupes/<slug:slug>/", groups.show_group, name="group"),
    path("groupes/<slug:slug>/demande/", entries.ask_to_join, name="ask-group"),
    path("groupes/<slug:slug>/invitations/", entries.invite, name="invite"),
    path("groupes/<slug:slug>/depart/", entries.leave_group, name="leave-group"),
    path("groupes/<slug:slug>/contact/", entries.hand_over_contact, name="hand-over"),
    path("groupes/<slug:slug>/reglages/", groups.group_settings, name="group-settings"),
    path("groupes/<slug:slug>/archive/", groups.archive_group, name="archive-group"),
]
