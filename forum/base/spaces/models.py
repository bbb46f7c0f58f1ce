"""Spaces, which decide who reads a thread, and topics, which say what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.translations import translated
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer


class Audience(models.TextChoices):
    """Who reads a space."""

    PUBLIC = "public", _("Tout le monde")
    NETWORK = "network", _("Les membres du réseau")
    COLLEGE = "college", _("Un collège")
    GROUP = "group", _("Un groupe de travail")


class MailContent(models.TextChoices):
    """What mails say of what is written in a space."""

    FULL = "full", _("Le titre, l’auteur et le texte")
    TITLE = "title", _("Le titre et l’auteur, sans le texte")
    NOTHING = "nothing", _("Qu’il y a du nouveau dans l’espace, sans titre, auteur ni texte")


class SpaceQuerySet(visibility.VisibleQuerySet["Space"]):
    """Spaces, for readers."""

    rule = staticmethod(visibility.spaces)


class Space(Addressable):
    """A part of the forum, defined by who reads it."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=300, blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    college = models.ForeignKey(
        "accounts.College", models.PROTECT, null=True, blank=True, related_name="spaces"
    )
    group = models.ForeignKey(
        "accounts.WorkingGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="spaces",
    )
    order = models.PositiveSmallIntegerField(default=0)
    #: Whether who looks only reads it, where the menu asks.
    is_read_only: bool
    #: Whether the first posts of who has no confirmed seat wait there for an animator.
    holds_first_posts = models.BooleanField(default=False)
    mail_content = models.CharField(
        max_length=7,
        choices=MailContent.choices,
        default=MailContent.FULL,
        db_default=MailContent.FULL,
    )
    #: By which one writes to it, in lower case, such as that of a list that it came after.
    mail_address = models.CharField(max_length=254, blank=True, default="", db_default="")
    #: Since when the titles of its solved questions are read without an account; None: they
    #: are not. Of those only that were begun since.
    public_titles_since = models.DateTimeField(null=True, blank=True)

    objects = SpaceQuerySet.as_manager()

    # What came from its address is nobody's to claim.
    inbox_watches = (
        InboxWatch(
            "everybody",
            columns="mail_address",
            when="OLD.mail_address <> NEW.mail_address",
        ),
    )
    private_rows = False
    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        verbose_name = _("espace")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="college", college__isnull=False, group=None)
                | Q(audience="group", group__isnull=False, college=None)
                | Q(audience__in=["public", "network"], college=None, group=None),
                name="space_audience_is_named",
            ),
            models.UniqueConstraint(
                fields=["mail_address"],
                condition=~Q(mail_address=""),
                name="one_space_of_an_address",
            ),
        ]

    def __str__(self) -> str:
        return translated(self, "name")

    def get_absolute_url(self) -> str:
        """The URL of the list of its threads."""
        return reverse("space", args=[self.slug])

    @property
    def is_private(self) -> bool:
        """Whether only one college or one group reads it."""
        return self.audience in (Audience.COLLEGE, Audience.GROUP)

    @property
    def is_titled_in_mails(self) -> bool:
        """Whether mails name its threads and who writes in them."""
        return self.mail_content != MailContent.NOTHING

    @property
    def is_quoted_in_mails(self) -> bool:
        """Whether mails bring what is written in it."""
        return self.mail_content == MailContent.FULL

    def is_within(self, other: Space) -> bool:
        """Whether all who read this space read ``other``, by what the two are."""
        if self.pk == other.pk or other.audience == Audience.PUBLIC:
            return True
        if other.audience == Audience.NETWORK:
            return self.audience != Audience.PUBLIC
        return (
            self.group is not None
            and other.college_id is not None
            and self.group.college_id == other.college_id
        )


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics, which everyone sees, with counts of threads, which depend on the viewer."""

    def with_counts(self, viewer: Viewer | Rights) -> Self:
        """Topics with two counts from ThreadCount.

        ``thread_count``: the threads that ``viewer`` sees. ``members_thread_count``: those of
        the network's spaces that they would see as a member.
        """
        prefix = "thread_counts__space__"
        seen = visibility.spaces(viewer, prefix)
        shut = visibility.members_spaces(viewer, prefix)
        annotations = {
            "thread_count": Coalesce(Sum("thread_counts__count", filter=seen), Value(0)),
            "members_thread_count": Coalesce(
                Sum("thread_counts__count", filter=shut), Value(0)
            ),
        }
        return self.annotate(**annotations).order_by("order", "pk")


class Topic(models.Model):
    """A field of action: wind, biomass, sufficiency…"""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=300, blank=True)
    icon = models.CharField(max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    #: Of a row that was read ``with_counts``; for the menu, whether it is one of the busiest.
    thread_count: int
    members_thread_count: int
    is_busy: bool

    objects = TopicQuerySet.as_manager()

    private_rows = False
    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        verbose_name = _("sujet")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return translated(self, "name")

    def get_absolute_url(self) -> str:
        """The URL of the list of its threads, in all spaces that one may read."""
        return reverse("topic", args=[self.slug])


class ThreadCount(models.Model):
    """The number of threads of one space on one topic.

    There is one count per space, so that a viewer's count is a sum over the spaces they read,
    whatever the size of the forum, and tells nothing of the others.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="thread_counts")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="thread_counts")
    count = models.IntegerField(default=0)

    private_rows = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "topic"], name="one_count_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.space}/{self.topic}: {self.count}"

    @classmethod
    def add(cls, changes: Mapping[tuple[int, int], int]) -> None:
        """Add to counts, ``{(space id, topic id): number}``, in the transaction of an action.

        Call it last: counts are locked in one order, after threads and tags, so that two
        actions cannot deadlock.
        """
        pks = {
            place: cls.objects.get_or_create(space_id=place[0], topic_id=place[1])[0].pk
            for place in sorted(changes)
        }
        if len(pks) > 1:  # All are locked before the first that changes the menu.
            list(cls.objects.select_for_update().filter(pk__in=pks.values()).order_by("pk"))
        for place, pk in pks.items():
            cls.objects.filter(pk=pk).update(count=F("count") + changes[place])


class ContributionCountQuerySet(visibility.VisibleQuerySet["ContributionCount"]):
    """Contribution counts, for readers."""

    rule = staticmethod(partial(visibility.spaces, prefix="space__"))


class ContributionCount(models.Model):
    """The number of shown posts of one organisation in one space on one topic, if any.

    It tells who wrote on a topic where a viewer reads, without a look at the posts. Only the
    triggers of ``forum/base/spaces/triggers.py`` write these rows; where nothing is shown,
    there is none.
    """

    # The constraint is an index on topics as well; nothing looks for spaces alone.
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", db_index=False
    )
    space = models.ForeignKey(Space, models.CASCADE, related_name="+", db_index=False)
    count = models.IntegerField()

    objects = ContributionCountQuerySet.as_manager()

    private_rows = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "organisation", "space"], name="one_contribution_count"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.organisation_id}/{self.space_id}: {self.count}"
