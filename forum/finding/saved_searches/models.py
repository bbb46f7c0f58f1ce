"""The searches that someone follows, and the posts that these have found."""

from __future__ import annotations

from functools import cached_property, partial

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.conversation.follows.models import QUIET, Channel, is_at_level, muted_author
from forum.finding.search.search_query import MAX_LENGTH, SearchQuery


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Saved searches, of a person."""

    def queries(self) -> models.QuerySet[SavedSearch, str]:
        """What they search for, as ``SearchQuery.typed`` has it."""
        return self.values_list("query", flat=True)


class SavedSearch(Addressable):
    """A person follows a search, and has read what it had found at ``read_at``.

    ``channel``: how what it finds reaches them besides the bell; ``mailed_until``: up to when
    what it found was mailed to them, at once or in a digest. ``query`` is as one types it, so
    that a closed account's name is found in it and taken out, as in any text; therefore no
    constraint says that one follows it once: ``actions.py`` does.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches"
    )
    query = models.CharField(max_length=MAX_LENGTH)
    followed_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(default=timezone.now)
    channel = models.CharField(
        max_length=6,
        choices=Channel.choices,
        default=Channel.DIGEST,
        db_default=Channel.DIGEST,
    )
    mailed_until = models.DateTimeField(null=True)

    objects = SavedSearchQuerySet.as_manager()

    inbox_watches = (InboxWatch("person"),)
    export_sections = (
        ExportSection(
            "saved_searches", "person", "query channel followed_at read_at mailed_until"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les recherches que vous suivez, et quand vous en avez lu les nouveautés"),
            _("Vous signaler ce qu’elles trouvent de nouveau : contrat"),
            _("Tant que vous les suivez ; personne d’autre ne le voit"),
            position=8,
        ),
    )
    private_rows = True
    texts_kept_when_closed = "one's own, until one changes or deletes it"
    export_labels = {"saved_searches": _("Recherches que vous suivez")}

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.query

    def get_absolute_url(self) -> str:
        """The page of what it has found."""
        return reverse("saved-search", args=[self.pk])

    @cached_property
    def search_query(self) -> SearchQuery:
        """What is searched for."""
        return SearchQuery.from_params({"q": self.query})

    @property
    def results_url(self) -> str:
        """The page of all its results, the newest first."""
        return self.search_query.url(sort="date")


class FoundPostQuerySet(visibility.VisibleQuerySet["FoundPost"]):
    """Posts that searches have found, for who follows these: where the post is seen."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))

    def of_person(self, person_id: int) -> FoundPostQuerySet:
        """Of the person's searches, by nobody whom they muted and in no thread of ``QUIET``."""
        own = self.filter(saved_search__person=person_id)
        own = own.exclude(is_at_level(person_id, "post__thread", *QUIET))
        return own.exclude(muted_author(person_id, "post__author"))

    def unread(self) -> FoundPostQuerySet:
        """Those found since the person last looked."""
        return self.filter(found_at__gt=F("saved_search__read_at"))


class FoundPost(models.Model):
    """A post that a saved search found, by somebody else and since it is followed.

    Whether its person may read it is asked whenever it is read.
    """

    # The constraint below is an index on it as well.
    saved_search = models.ForeignKey(
        SavedSearch, models.CASCADE, related_name="found_posts", db_index=False
    )
    post = models.ForeignKey("forum.Post", models.CASCADE, related_name="+")
    found_at = models.DateTimeField()

    objects = FoundPostQuerySet.as_manager()

    inbox_watches = (InboxWatch("saved_search__person", of="post"),)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["saved_search", "post"], name="one_found_post")
        ]

    def __str__(self) -> str:
        return f"{self.saved_search_id} → {self.post_id}"


class MatchingProgress(models.Model):
    """How far the log of events has been looked through for saved searches: one row."""

    last_event = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.last_event)
