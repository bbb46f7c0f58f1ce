"""URL patterns of the templates of threads."""

from django.urls import path

from forum.conversation.threads.thread_templates import views

urlpatterns = [
    path("fils/nouveau/guides/", views.template_guides, name="template-guides"),
    path("animation/modeles/", views.thread_templates, name="thread-templates"),
    path("animation/modeles/<slug:slug>/", views.edit_guide, name="edit-guide"),
    path(
        "animation/modeles/<slug:slug>/proposer/", views.offer_template, name="offer-template"
    ),
    path(
        "animation/modeles/<slug:slug>/sujets/<slug:topic>/",
        views.edit_guide,
        name="edit-topic-guide",
    ),
    path(
        "animation/modeles/<slug:slug>/sujets/<slug:topic>/retrait/",
        views.remove_guide,
        name="remove-guide",
    ),
]
