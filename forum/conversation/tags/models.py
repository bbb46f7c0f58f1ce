"""Tags of threads. Case, accents and apostrophes do not make two tags of one word."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.text import slug_of
from accounts.base.translations import translated
from forum.base import visibility


class TagQuerySet(visibility.VisibleQuerySet["Tag"]):
    """Tags, for readers."""

    rule = staticmethod(visibility.tags)


#: What the families of the reference data are called; another is called as it is written.
FAMILIES = {
    "financement": _("Financement"),
    "reglementation": _("Réglementation"),
    "acteur": _("Acteurs"),
    "technique": _("Technique"),
    "methode": _("Méthode"),
}
#: Tags that the reference data names, which all may be told.
OF_REFERENCE = ~Q(family="")


# taggit has no types, so that mypy does not take Tagging for a model.
class Tag(Addressable, TagBase):  # type: ignore[django-manager-missing]
    """A word that threads are tagged with, identified by its slug (``tag_slug``).

    The ``name`` of one that writers made is its slug: what it is called is what the first of
    its threads calls it, among those that a viewer sees (``queries.spelling``).
    """

    #: From the reference data; kept rows of lists show a change of it with their next event.
    name_en = models.CharField(max_length=100, blank=True)
    family = models.CharField(max_length=30, blank=True)
    #: What animators say of it, for all who see it.
    description = models.CharField(max_length=400, blank=True)
    description_en = models.CharField(max_length=400, blank=True)
    #: The tag that stands for this one, whose threads have that instead (``MergedTagging``).
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )

    objects = TagQuerySet.as_manager()

    inbox_watches = (InboxWatch("everybody", columns="merged_into_id"),)
    private_rows = False
    searched_texts = {"description": "", "description_en": ""}

    class Meta:
        verbose_name = _("mot-clé")
        ordering = ["name"]

    def __str__(self) -> str:
        return translated(self, "name")

    def get_absolute_url(self) -> str:
        """The URL of the list of its threads."""
        return reverse("tag", args=[self.slug])

    @property
    def root(self) -> Tag:
        """The tag that stands for it, through all that were merged; or itself."""
        tag = self
        while tag.merged_into is not None:
            tag = tag.merged_into
        return tag

    @property
    def family_label(self) -> str:
        """What its family is called; "" where it has none."""
        return str(FAMILIES.get(self.family, self.family))

    @property
    def is_of_reference(self) -> bool:
        """Whether the reference data names it. In SQL: ``OF_REFERENCE``."""
        return bool(self.family)


class TaggingQuerySet(visibility.VisibleQuerySet["Tagging"]):
    """Taggings, for readers: they are seen where their thread is."""

    rule = staticmethod(visibility.threads)

    def in_list_order(self) -> Self:
        """Taggings in the order of their threads in a list (``ThreadQuerySet``)."""
        return self.order_by("-is_pinned", "-last_posted_at", "-content_object_id")


_TaggingManager = models.Manager.from_queryset(TaggingQuerySet)


class TaggingManager(_TaggingManager["Tagging"]):
    """Reads taggings with their tags, in one query."""

    def get_queryset(self) -> TaggingQuerySet:
        """Taggings with their tags."""
        hints = self._hints  # type: ignore[attr-defined]  # The stubs leave it out.
        rows = TaggingQuerySet(self.model, using=self._db, hints=hints)
        return rows.select_related("tag")


def _copied_key(model: str) -> models.ForeignKey[Any, Any]:
    """A foreign key of the thread: that one is checked and indexed."""
    return models.ForeignKey(
        model, models.DO_NOTHING, null=True, editable=False, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip


class Tagging(ItemBase):
    """A tag of a thread; ``name`` is the spelling that the thread's writer gave it.

    It has the columns that lists filter and sort threads by, under the same names, so that a
    list of a tag is found in an index alone. Only the triggers of
    ``forum/conversation/tags/triggers.py`` write these columns.
    """

    # The indexes below begin with either.
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    content_object = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="taggings", db_index=False
    )
    name = models.CharField(max_length=100)
    #: Whether ``name`` is of a tag that was merged into this one.
    is_moved = models.BooleanField(default=False, db_default=False, editable=False)
    space = _copied_key("forum.Space")
    topic = _copied_key("forum.Topic")
    kind = models.CharField(max_length=12, default="", editable=False)
    last_posted_at = models.DateTimeField(null=True, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    removed_reply_count = models.PositiveIntegerField(default=0, editable=False)
    is_locked = models.BooleanField(default=False, editable=False)
    is_pinned = models.BooleanField(default=False, editable=False)
    accepted = _copied_key("forum.Post")
    settled_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = TaggingManager()

    # What is muted is told of to nobody, so that its mentions count no more.
    inbox_watches = (
        InboxWatch(
            "content_object__posts__mentions__person"
            " content_object__posts__mentions__organisation__seats__person"
            " content_object__posts__quotations__quoted__author"
        ),
    )

    class Meta:
        ordering = ["name"]
        indexes = [
            # Order, then all that is filtered: few enough rows have a tag to be filtered here.
            models.Index(
                "tag", F("is_pinned").desc(), F("last_posted_at").desc(),
                F("content_object").desc(), "space", "topic", "kind", "post_count",
                "removed_reply_count", "is_locked", "accepted", "settled_at",
                condition=visibility.remaining_threads(), name="tagging_by_activity",
            ),
            # The first to have a tag gives it its spelling.
            models.Index(
                fields=["tag", "is_moved", "id", "space"],
                condition=visibility.remaining_threads(), name="tagging_by_age",
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
        name: str = self.tag.name_en
        return name


class MergedTaggingQuerySet(visibility.VisibleQuerySet["MergedTagging"]):
    """What merges moved, for readers: seen where the thread is."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class MergedTagging(models.Model):
    """That ``thread`` bore ``source``, which was merged into ``target``: what undoing restores.

    It is there as long as the thread has the tag that stands for ``target``. ``name`` is what
    the thread called it, ``tagging_pk`` the id of that tagging, ``was_moved`` its ``is_moved``.
    ``had_both``: the thread bore ``target`` too, whose tagging it has kept.
    """

    source = models.ForeignKey(Tag, models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="merged_taggings")
    tagging_pk = models.BigIntegerField()
    name = models.CharField(max_length=100)
    had_both = models.BooleanField()
    was_moved = models.BooleanField()

    objects = MergedTaggingQuerySet.as_manager()

    private_rows = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "thread"], name="one_merged_tagging")
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.source_id} → {self.target_id}"


class TagSynonym(Addressable):
    """A spelling that animators say stands for ``tag``, told to all who see that."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="synonyms")
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(_("synonyme"), max_length=40)

    private_rows = False

    class Meta:
        verbose_name = _("synonyme")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


def tag_slug(name: str) -> str:
    """The slug of the tag called ``name``: *Éolien*, *eolien* and *ÉOLIEN* give one slug."""
    return slug_of(name)[:100]


def taggings_of(thread_id: int) -> list[Tagging]:
    """The taggings of a thread, with their tags."""
    return _TAGGINGS.rows(thread_id=thread_id)


def _taggings(thread_id: int) -> TaggingQuerySet:
    return Tagging.objects.filter(content_object=thread_id)


_TAGGINGS = CompiledQuery(_taggings, "thread_id")
