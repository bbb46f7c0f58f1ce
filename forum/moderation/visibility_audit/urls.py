"""Where audits of visibility are seen."""

from django.urls import path

from forum.moderation.visibility_audit import views

urlpatterns = [
    path("animation/controles/", views.visibility_audits, name="visibility-audits"),
    path("animation/controles/<id:pk>/vu/", views.acknowledge_audit, name="acknowledge-audit"),
]
