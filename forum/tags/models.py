"""Tags: free words on threads. Case, accents and apostrophes never make two of one."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from accounts.base.text import fold
from forum import visibility


class TagQuerySet(visibility.VisibleQuerySet):
    """Tags, in the ways the forum reads them."""

    rule = staticmethod(visibility.tags)


class Tag(TagBase):
    """A word that threads bear. Its slug is its folded name, and so its identity."""

    family = models.CharField(max_length=30, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("mot-clé")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The list of threads that bear it."""
        return reverse("tag", args=[self.slug])


class TaggingManager(models.Manager):
    """Taggings are always read with their tags, in one query."""

    def get_queryset(self):
        """Join the tags."""
        return super().get_queryset().select_related("tag")


class Tagging(ItemBase):
    """A thread bears a tag, in the spelling that its writer gave it."""

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

    def __str__(self):
        return f"{self.content_object_id}: {self.tag}"


def tag_slug(name):
    """The identity of a tag: *Éolien*, *eolien* and *ÉOLIEN* give one slug."""
    return slugify(fold(name).replace("'", " "))[:100]
