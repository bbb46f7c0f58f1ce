"""Tags of threads. Case, accents and apostrophes do not make two tags of one word."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import slug_of
from forum import visibility


class TagQuerySet(visibility.VisibleQuerySet["Tag"]):
    """Tags, for readers."""

    rule = staticmethod(visibility.tags)


class Tag(TagBase):
    """A word that threads are tagged with, identified by its slug (``tag_slug``)."""

    family = models.CharField(max_length=30, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("mot-clé")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The URL of the list of its threads."""
        return reverse("tag", args=[self.slug])


class TaggingManager(models.Manager):
    """Reads taggings with their tags, in one query."""

    def get_queryset(self):
        """Taggings with their tags."""
        return super().get_queryset().select_related("tag")


class Tagging(ItemBase):
    """A tag of a thread; ``name`` is the spelling that the thread's writer gave it."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    content_object = models.ForeignKey("forum.Thread", models.CASCADE, related_name="taggings")
    name = models.CharField(max_length=100)

    objects = TaggingManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            # By tag first: a tag's threads are then found in its index alone.
            models.UniqueConstraint(fields=["tag", "content_object"], name="one_tagging")
        ]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag}"


def tag_slug(name: str) -> str:
    """The slug of the tag called ``name``: *Éolien*, *eolien* and *ÉOLIEN* give one slug."""
    return slug_of(name)[:100]


def taggings_of(thread_id: int) -> list[Tagging]:
    """The taggings of a thread, with their tags."""
    return _TAGGINGS.rows(thread_id=thread_id)


def _taggings(thread_id):
    return Tagging.objects.filter(content_object=thread_id)


_TAGGINGS = CompiledQuery(_taggings, "thread_id")
