"""How threads begin: templates, each with a guide and headings for the text."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.models import Addressable
from accounts.base.translations import translated
from forum.conversation.threads.kinds import ThreadKind

#: Characters of a guide, and of the headings that a text begins with.
MAX_LENGTH = 2000


class ThreadTemplate(Addressable):
    """What a thread may begin as: of one kind, offered to who may open such a thread."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("nom"), max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    kind = models.CharField(_("nature"), max_length=12, choices=ThreadKind.choices)
    order = models.PositiveSmallIntegerField(default=0)
    is_offered = models.BooleanField(_("proposé"), default=True)
    #: Set by the queries that ask for it.
    of_topics: list[TemplateGuide]

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return translated(self, "name")


class TemplateGuide(models.Model):
    """The guide of a template, in Markdown, and the text that a thread begins with.

    Of a ``topic``: in place of the general one, for threads on that topic.
    """

    template = models.ForeignKey(
        ThreadTemplate, models.CASCADE, related_name="guides", db_index=False
    )
    topic = models.ForeignKey(
        "forum.Topic", models.CASCADE, null=True, related_name="template_guides"
    )
    guide = models.TextField(_("guide"))
    guide_en = models.TextField(blank=True)
    text = models.TextField(_("début du texte"), blank=True)
    text_en = models.TextField(blank=True)

    private_rows = False
    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "topic"], name="one_guide_a_topic"),
            models.UniqueConstraint(
                fields=["template"], condition=Q(topic=None), name="one_general_guide"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}, {self.topic_id or 'general'}"
