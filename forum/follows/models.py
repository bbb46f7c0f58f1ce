"""Who follows which thread, and how far they have read it."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.lookups import IsNull
from django.utils import timezone

from accounts.base.data_export import ExportSection
from forum import visibility


def unread_posts():
    """What is new in a follow, for a subquery: others' posts that stand, not read, in order."""
    posts = apps.get_model("forum", "Post").objects.filter(
        visibility.shown_posts(),
        thread=OuterRef("thread"),
        number__gt=OuterRef("last_read_number"),
    )
    return posts.exclude(author=OuterRef("person")).order_by("number").values("number")


def has_unread():
    """The condition that something is new in a follow.

    The thread's counter is asked first: where it says no, no post is looked at. The first
    new post is asked for, and not whether one exists: PostgreSQL would make a join of that,
    and go through the thread from its beginning.
    """
    first = Subquery(unread_posts()[:1])
    behind = When(thread__post_count__gt=F("last_read_number"), then=first)
    return IsNull(Case(behind), False)


class FollowQuerySet(visibility.VisibleQuerySet):
    """Follows, in the ways the forum reads them."""

    rule = staticmethod(visibility.follows)

    def of_viewer(self, viewer):
        """The viewer's own, of the threads they see today; none of who has no account."""
        if not viewer.is_registered:
            return self.none()
        return self.visible_to(viewer).filter(person=viewer.person_id)

    def with_unread(self):
        """Those where something is new."""
        return self.filter(has_unread())


class Follow(models.Model):
    """A person follows a thread, and has read it up to post ``last_read_number``.

    To stop following is to take the row away: nothing is kept of what one no longer
    follows.
    """

    # The constraint below finds a person's rows: a second index would only cost.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="follows")
    last_read_number = models.PositiveIntegerField(default=0)
    followed_at = models.DateTimeField(default=timezone.now)

    objects = FollowQuerySet.as_manager()

    export_sections = (
        ExportSection("follows", "person", "thread followed_at last_read_number"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "thread"], name="one_follow_a_thread")
        ]

    def __str__(self):
        return f"{self.person_id} → {self.thread_id}, nº {self.last_read_number}"
