"""Who follows which thread, and how far they have read it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer


class Level(models.TextChoices):
    """What is news to a person of a thread, or of the threads that a subscription brings.

    ``FIRST`` comes from subscriptions only; any other level of a thread may be chosen, and
    stays when its person replies.
    """

    ALL = "all", _("Tout ce qui s’y écrit")
    FIRST = "first", _("Les nouveaux fils, sans leurs réponses")
    NAMED = "named", _("Seulement quand on m’y nomme, cite ou répond")
    MUTED = "muted", _("Rien")


#: Levels at which nothing that is written is news, whatever else would bring it.
QUIET = Level.NAMED, Level.MUTED


class Channel(models.TextChoices):
    """How news reach a person, besides the bell of the site."""

    MAIL = "mail", _("Par courriel, cinq minutes après")
    DIGEST = "digest", _("Dans mon résumé par courriel")
    SITE = "site", _("Sur le site seulement")


#: Follows that may have news: of a thread that is new, until it is opened.
WAITS_FOR_NEWS = Q(level=Level.ALL) | Q(level=Level.FIRST, last_read_number=0)


def unread_posts(after: Any = None) -> QuerySet[Any, Any]:
    """A subquery of a follow: the numbers of others' shown posts that are unread, in order.

    ``after``: the number past which they are, if not how far the person has read.
    """
    posts = apps.get_model("forum", "Post").objects.filter(
        visibility.shown_posts(),
        thread=OuterRef("thread"),
        number__gt=after or OuterRef("last_read_number"),
    )
    posts = posts.exclude(author=OuterRef("person")).exclude(muted_author(OuterRef("person")))
    return posts.order_by("number").values("number")


def muted_author(person: Any, author: str = "author") -> Exists:
    """The condition that ``author``, a path, is someone whom ``person`` has muted."""
    mutes = apps.get_model("forum", "Mute").objects
    return Exists(mutes.filter(person=_outer(person), muted=OuterRef(author)))


def is_at_level(person_id: int, thread: str, *levels: Level) -> Exists:
    """The condition that the person has ``thread``, a path, at one of ``levels``."""
    own = Follow.objects.filter(person=person_id, thread=OuterRef(thread))
    return Exists(own.filter(level__in=levels))


def has_muted(author_id: int) -> Exists:
    """The condition that the ``person`` of a row has muted this author."""
    mutes = apps.get_model("forum", "Mute").objects
    return Exists(mutes.filter(person=OuterRef("person"), muted=author_id))


def _outer(person: Any) -> Any:
    """``person`` as a query within the one that it is given to names it."""
    return OuterRef(person) if isinstance(person, OuterRef) else person


def has_unread() -> IsNull:
    """The condition that a follow has an unread post.

    The thread's counter is compared first, so that mostly no post is read. Then the first one
    is selected: of EXISTS PostgreSQL makes a join that reads the thread from its beginning.
    """
    first = Subquery(unread_posts()[:1])
    behind = When(WAITS_FOR_NEWS, thread__post_count__gt=F("last_read_number"), then=first)
    return IsNull(Case(behind), False)


def last_read_number(viewer: Viewer) -> Combinable:
    """The number up to which ``viewer`` has read a thread, None where they do not follow it."""
    if not viewer.is_registered:
        return Value(None, models.IntegerField())
    own = Follow.objects.filter(thread=OuterRef("pk"), person=viewer.person_id)
    return Subquery(own.values("last_read_number"))


def first_unread_number(viewer: Viewer) -> Subquery:
    """The number of the first post that a follower of a thread has not read, if any."""
    own = Follow.objects.filter(thread=OuterRef("pk"), person=viewer.person_id or 0)
    own = own.filter(last_read_number__gt=0)
    return Subquery(own.values(first=Subquery(unread_posts()[:1])))


def follow_level(viewer: Viewer) -> Subquery:
    """The level at which ``viewer`` follows a thread, None where they do not."""
    own = Follow.objects.filter(thread=OuterRef("pk"), person=viewer.person_id or 0)
    return Subquery(own.values("level"))


def was_opened(viewer: Viewer) -> Combinable:
    """Whether ``viewer`` has opened a thread that was new to them (``ThreadRead``)."""
    own = ThreadRead.objects.filter(person=viewer.person_id or 0)
    return Exists(own.filter(thread=OuterRef("pk")))


class FollowQuerySet(visibility.VisibleQuerySet["Follow"]):
    """Follows, of a viewer or unread."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))

    def of_viewer(self, viewer: Viewer) -> Self:
        """The viewer's own, of threads they see today; none where they have no account."""
        if not viewer.is_registered:
            return self.none()
        return self.visible_to(viewer).filter(person=viewer.person_id)

    def with_unread(self) -> Self:
        """Those with an unread post."""
        return self.filter(has_unread())

    def with_news(self, viewer: Viewer | Rights, after: Any = None) -> Self:
        """Those with an unread post in a thread that ``viewer`` sees, written in ``newest_at``.

        Each asks for its own thread: joined, PostgreSQL goes through all threads that are seen
        once a person follows one in some forty. ``after``: as of ``unread_posts``.
        """
        threads = apps.get_model("forum", "Thread").objects.visible_to(viewer)
        behind = threads.filter(
            pk=OuterRef("thread"), post_count__gt=after or OuterRef("last_read_number")
        )
        newest_at = Subquery(behind.order_by().values("last_posted_at")[:1])
        first = Subquery(unread_posts(after)[:1])
        news = Case(When(IsNull(newest_at, False), then=first))
        annotations = {"newest_at": newest_at}
        return self.annotate(**annotations).filter(IsNull(news, False))


class Follow(models.Model):
    """A person follows a thread, and has read it up to post ``last_read_number``.

    To unfollow is to delete the row: nothing is kept of it. ``level``: what of it is news.
    A thread that is muted has a row too, so that nothing brings it back.
    ``channel``: how it reaches them; empty: as they chose for threads (``MailSetting``).
    ``subscription``: what brought it, if they neither followed it themselves nor chose.
    ``mailed_number``: up to which post it was mailed to them, one by one or in a digest.
    """

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="follows")
    last_read_number = models.PositiveIntegerField(default=0)
    followed_at = models.DateTimeField(default=timezone.now)
    level = models.CharField(
        max_length=5, choices=Level.choices, default=Level.ALL, db_default=Level.ALL
    )
    channel = models.CharField(
        max_length=6, choices=Channel.choices, blank=True, default="", db_default=""
    )
    subscription = models.ForeignKey(
        "forum.Subscription", models.SET_NULL, null=True, related_name="follows"
    )
    mailed_number = models.PositiveIntegerField(default=0, db_default=0)
    #: Columns that queries add: whether a post is unread, the numbers of the first and of the
    #: last that are, and when the newest was written.
    has_unread: bool
    first: int | None
    last: int
    newest_at: datetime

    objects = FollowQuerySet.as_manager()

    inbox_watches = (
        # A subscription brought it.
        InboxWatch(
            "person", on="INSERT", when="NEW.subscription_id IS NOT NULL", is_of_follow=True
        ),
        # Nothing is news of it, whatever brought it, now or no more, or answers were read.
        InboxWatch(
            "person",
            when="NEW.level IN ('named', 'muted')",
            changed="OLD.level <> NEW.level AND (OLD.level IN ('named', 'muted') OR"
            " NEW.level IN ('named', 'muted'))"
            " OR NEW.level = 'named' AND OLD.last_read_number <> NEW.last_read_number",
            is_of_follow=True,
        ),
        # Who asked the question, where they hear only of answers.
        InboxWatch(
            "person", on="", of="thread", rows=Q(level="named", thread__author=F("person"))
        ),
    )
    export_sections = (
        ExportSection(
            "follows",
            "person",
            "thread followed_at level channel last_read_number mailed_number",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les fils que vous suivez, et jusqu’où vous les avez lus"),
            _("Vous signaler ce qui y est nouveau : contrat"),
            _("Tant que vous les suivez ; personne d’autre ne le voit"),
            position=8,
        ),
    )
    private_rows = True
    export_labels = {
        "follows": _("Fils que vous suivez"),
        "last_read_number": _("Dernier message lu"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "thread"], name="one_follow_a_thread")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.thread_id}, nº {self.last_read_number}"


class ThreadReadQuerySet(visibility.VisibleQuerySet["ThreadRead"]):
    """Threads that were read, for their readers."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class ThreadRead(models.Model):
    """A person has opened a thread that is newer than their last visit, without following it.

    Of a follow ``last_read_number`` says more. The row is gone when the next visit begins.
    """

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="threads_read", db_index=False
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+")

    objects = ThreadReadQuerySet.as_manager()

    export_sections = (ExportSection("new_threads_read", "person", "thread"),)
    privacy_notices = (
        PrivacyNotice(
            _("Votre dernière visite, et les fils plus récents que vous avez ouverts depuis"),
            _("Vous marquer ce qui est nouveau : contrat"),
            _("Jusqu’à votre visite suivante ; personne d’autre ne le voit"),
            position=12,
        ),
    )
    export_labels = {"new_threads_read": _("Fils nouveaux que vous avez ouverts")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "thread"], name="one_read_a_thread")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.thread_id}"
