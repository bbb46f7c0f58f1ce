"""Tags of threads. Case, accents and apostrophes do not make two tags of one word."""

from typing import Any, Self

from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import slug_of
from accounts.base.translations import translated
from forum import visibility


class TagQuerySet(visibility.VisibleQuerySet["Tag"]):
    """Tags, for readers."""

    rule = staticmethod(visibility.tags)


class Tag(TagBase):
    """A word that threads are tagged with, identified by its slug (``tag_slug``)."""

    #: From the reference data; kept rows of lists show a change of it with their next event.
    name_en = models.CharField(max_length=100, blank=True)
    family = models.CharField(max_length=30, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("mot-clé")
        ordering = ["name"]

    def __str__(self) -> str:
        return translated(self, "name")

    def get_absolute_url(self) -> str:
        """The URL of the list of its threads."""
        return reverse("tag", args=[self.slug])


class TaggingQuerySet(visibility.VisibleQuerySet["Tagging"]):
    """Taggings, for readers: they are seen where their thread is."""

    rule = staticmethod(visibility.threads)

    def in_list_order(self) -> Self:
        """In the order of their threads in a list: ``ThreadQuerySet.in_list_order``."""
        return self.order_by("-is_pinned", "-last_posted_at", "-content_object_id")


class TaggingManager(models.Manager.from_queryset(TaggingQuerySet)):
    """Reads taggings with their tags, in one query."""

    def get_queryset(self):
        """Taggings with their tags."""
        return super().get_queryset().select_related("tag")


def _copied_key(model: str) -> "models.ForeignKey[Any, Any]":
    """A foreign key of the thread: that one is checked and indexed."""
    return models.ForeignKey(
        model, models.DO_NOTHING, null=True, editable=False, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip


class Tagging(ItemBase):
    """A tag of a thread; ``name`` is the spelling that the thread's writer gave it.

    It bears what lists filter and sort threads by, under the same names, so that a list of a
    tag is found in an index alone. Only the triggers of ``forum/tags/triggers.py`` write these
    columns.
    """

    # The indexes below begin with either.
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    content_object = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="taggings", db_index=False
    )
    name = models.CharField(max_length=100)
    space = _copied_key("forum.Space")
    topic = _copied_key("forum.Topic")
    kind = models.CharField(max_length=12, default="", editable=False)
    last_posted_at = models.DateTimeField(null=True, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    removed_reply_count = models.PositiveIntegerField(default=0, editable=False)
    is_locked = models.BooleanField(default=False, editable=False)
    is_pinned = models.BooleanField(default=False, editable=False)
    accepted = _copied_key("forum.Post")
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = TaggingManager()

    class Meta:
        ordering = ["name"]
        indexes = [
            # Order, then all that is filtered: few enough rows bear one tag to be sifted here.
            models.Index(
                "tag", F("is_pinned").desc(), F("last_posted_at").desc(),
                F("content_object").desc(), "space", "topic", "kind", "post_count",
                "removed_reply_count", "is_locked", "accepted",
                condition=visibility.remaining_threads(), name="tagging_by_activity",
            ),
            # The first to bear a tag gives it its spelling.
            models.Index(
                fields=["tag", "id", "space"], condition=visibility.remaining_threads(),
                name="tagging_by_age",
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="one_tagging")
        ]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag}"

    @property
    def name_en(self) -> str:
        """The tag's name in English, which is nobody's spelling; or nothing."""
        return self.tag.name_en


def tag_slug(name: str) -> str:
    """The slug of the tag called ``name``: *Éolien*, *eolien* and *ÉOLIEN* give one slug."""
    return slug_of(name)[:100]


def taggings_of(thread_id: int) -> list[Tagging]:
    """The taggings of a thread, with their tags."""
    return _TAGGINGS.rows(thread_id=thread_id)


def _taggings(thread_id):
    return Tagging.objects.filter(content_object=thread_id)


_TAGGINGS = CompiledQuery(_taggings, "thread_id")
