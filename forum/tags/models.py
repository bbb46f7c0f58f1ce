"""Tags: free words on threads. Case, accents and apostrophes never make two of one."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from accounts.text import fold
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


def slug_of(name):
    """The identity of a tag: *Éolien*, *eolien* and *ÉOLIEN* give one slug."""
    return slugify(fold(name).replace("'", " "))[:100]
