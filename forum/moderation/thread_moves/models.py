"""Moves of threads to other spaces, what authors answered, and who lost a thread by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.base.licences import Licensable
from forum.base.writers import has_words_of
from forum.conversation.threads.models import Post

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer

_PENDING = Q(moved_at=None, withdrawn_at=None)


def asked_threads(viewer: Viewer, prefix: str = "") -> Q:
    """The threads that go to more readers with the viewer's word: in which they have words."""
    own = Post.objects.visible_to(viewer, asked_posts)
    return Q(Exists(own.filter(thread=OuterRef(f"{prefix}pk"))))


def asked_posts(viewer: Viewer, prefix: str = "") -> Q:
    """The posts that show words of the viewer: of wiki posts and sheets, with others."""
    return has_words_of(viewer, "Post", prefix)


def _seen(viewer: Viewer, prefix: str = "") -> Q:
    """The moves of the threads that hold words of the viewer; for animators, of those they see.

    And those that withhold a post of theirs, in whatever thread that is now.
    """
    own = Post.objects.visible_to(viewer, asked_posts)
    condition = asked_threads(viewer, f"{prefix}thread__")
    condition |= Q(Exists(own.filter(withheld_move=OuterRef(f"{prefix}pk"))))
    seen = visibility.threads(viewer, f"{prefix}thread__")
    return condition | seen if viewer.is_animator else condition


class ThreadMoveQuerySet(visibility.VisibleQuerySet["ThreadMove"]):
    """Moves, for those whose words they are about and for animators."""

    rule = staticmethod(_seen)

    def pending(self) -> Self:
        """Those that wait for the answers of authors."""
        return self.filter(_PENDING)


class ThreadMove(Licensable, Addressable):
    """The move of a thread to another space: done, or waiting for the answers of its authors.

    ``title``: of the thread when it was proposed, for who may not see the thread any more.
    ``licence``: the one under which it becomes public; it does not change, so that who agrees
    agrees to it.
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="moves")
    title = models.CharField(max_length=160)
    from_space = models.ForeignKey("forum.Space", models.PROTECT, related_name="+")
    space = models.ForeignKey("forum.Space", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_moves"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadMoveQuerySet.as_manager()
    # Those whose words the posts of the thread show, of wiki posts and sheets too.
    inbox_watches = (
        InboxWatch(
            "proposed_by thread__posts__author thread__posts__edited_by"
            " thread__revisions__author thread__revisions__edited_by"
            " thread__sheet__coauthors__person thread__sheet__writers__person"
        ),
    )
    export_sections = (
        ExportSection(
            "proposed_moves",
            "proposed_by",
            "title space=space__name licence reason proposed_at moved_at withdrawn_at",
        ),
    )
    searched_texts = {"reason": "proposed_by"}
    export_labels = {"proposed_moves": _("Déplacements de fils que vous avez proposés")}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=_PENDING, name="one_pending_move"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.space_id}"

    @property
    def is_pending(self) -> bool:
        """Whether it waits for the answers of authors. In SQL: ``pending``."""
        return self.moved_at is None and self.withdrawn_at is None


class MoveAnswer(models.Model):
    """What an author answered: whether their posts may be read where the thread goes."""

    move = models.ForeignKey(ThreadMove, models.CASCADE, related_name="answers", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="move_answers"
    )
    agrees = models.BooleanField()
    #: What they agreed to: the stamp of what each post with their words showed, by its id.
    stamps = models.JSONField(default=dict)
    answered_at = models.DateTimeField(default=timezone.now)

    inbox_watches = (InboxWatch("author move__proposed_by"),)
    export_sections = (
        ExportSection(
            "move_answers",
            "author",
            "thread=move__thread space=move__space__name licence=move__licence agrees"
            " answered_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos réponses quand un fil change d’espace, et sous quelle licence"),
            _("Ne montrer vos messages à d’autres qu’avec votre accord : contrat"),
            _("Autant que vos messages"),
            position=7,
        ),
    )
    export_labels = {
        "move_answers": _("Vos réponses à des déplacements de fils"),
        "agrees": _("Accord"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "author"], name="one_answer_a_move")
        ]

    def __str__(self) -> str:
        return f"{self.move_id}: {self.author_id}"


class LostReader(models.Model):
    """Someone who wrote in a thread or followed it, and no longer reads it since a move."""

    move = models.ForeignKey(
        ThreadMove, models.CASCADE, related_name="lost_readers", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="lost_threads"
    )

    inbox_watches = (InboxWatch("person"),)
    export_sections = (
        ExportSection("lost_threads", "person", "title=move__title moved_at=move__moved_at"),
    )
    private_rows = False
    export_labels = {"lost_threads": _("Fils que vous ne lisez plus")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "person"], name="one_lost_reader")
        ]

    def __str__(self) -> str:
        return f"{self.move_id}: {self.person_id}"
