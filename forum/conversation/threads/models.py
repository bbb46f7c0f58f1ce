"""Threads and their posts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.text import slug_of
from forum.base import visibility
from forum.base.licences import Licensable
from forum.conversation.addressees.same_questions.models import Askable
from forum.conversation.files.shown_file import ShownFile, read
from forum.conversation.tags.models import Tagging, taggings_of
from forum.conversation.threads.display_fields import BYLINE_FIELDS
from forum.conversation.threads.editors import (
    EDITED_POSTS,
    EDITOR_FIELDS,
    EDITOR_INDEXES,
    Editable,
)
from forum.conversation.threads.holds import APPROVED, HELD, MODERATED, WITHHELD, Holdable
from forum.conversation.threads.kinds import OPEN, REMOVED, OfKind, resolved
from forum.conversation.threads.moved_posts import (
    MERGED,
    PLACEHOLDER_INDEXES,
    Mergeable,
    Movable,
)
from forum.conversation.threads.querysets import PostQuerySet, ThreadQuerySet
from forum.conversation.threads.settlements.models import Settleable
from forum.conversation.threads.thread_parts import head_parts
from forum.conversation.threads.undo.models import Undoable

#: Posts on a page. Page *k* is the numbers 20k−19 … 20k, so every page costs the same.
PAGE_SIZE = 20

_ORDER = F("is_pinned").desc(), F("last_posted_at").desc(), F("id").desc()
_PLACED = *_ORDER, "space"
_LISTED = visibility.remaining_threads()
_WAITING = OPEN & Q(post_count=REMOVED + 1) & _LISTED
_RESOLVED = resolved() & _LISTED


class Thread(  # type: ignore[django-manager-missing]  # Of ``taggings``.
    OfKind, Askable, Settleable, Mergeable, Licensable, Addressable
):
    """A conversation in one space and on one topic; ``seq`` numbers its latest change.

    ``licence``: the one to which its authors agreed as it came to be read by everybody.
    """

    space = models.ForeignKey("forum.Space", models.PROTECT, related_name="threads")
    topic = models.ForeignKey("forum.Topic", models.PROTECT, related_name="threads")
    title = models.CharField(_("titre"), max_length=160)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="threads")
    seat = models.ForeignKey(
        "accounts.Seat", models.SET_NULL, null=True, related_name="threads"
    )
    created_at = models.DateTimeField(default=timezone.now)
    last_posted_at = models.DateTimeField(default=timezone.now)
    post_count = models.PositiveIntegerField(default=0)
    #: Replies that are not shown; only the triggers of
    #: ``forum/conversation/threads/triggers.py`` write it.
    removed_reply_count = models.PositiveIntegerField(default=0, editable=False)
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    is_locked = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=False)
    #: Whether its author was told that its title is read without an account once it is solved.
    has_public_title = models.BooleanField(default=False, db_default=False, editable=False)
    #: Minutes that one person lets pass between two posts of theirs; 0: none.
    slow_mode_minutes = models.PositiveSmallIntegerField(default=0)
    #: When an animator last changed its title, which its owner had written, or gave it one.
    retitled_at = models.DateTimeField(null=True, blank=True)
    #: When its title was last changed, by whomever.
    title_edited_at = models.DateTimeField(null=True, blank=True)
    accepted = models.ForeignKey(
        "forum.Post", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    #: When it last changed its space, and so its readers.
    moved_at = models.DateTimeField(null=True, blank=True)
    #: The seat to which the question was handed over, since that of its author ended.
    assignee = models.ForeignKey(
        "accounts.Seat", models.SET_NULL, null=True, blank=True, related_name="assigned_threads"
    )
    tags = TaggableManager(through=Tagging, blank=True)

    #: Whether the action that returned it found it there: its words were sent again.
    was_posted_before = False
    #: Set by the queries that ask for it.
    addressees_text: str | None
    asked_text: str | None
    first_unread_number: int | None
    follow_level: str | None
    former_id: int
    last_own_id: int | None
    last_read_number: int | None
    linked_threads: str | None
    linking_threads: str | None
    menu_version: float | None
    own_changes: int | None
    received_id: int | None
    rights_number: int
    shared_changes: int | None
    was_opened: bool

    objects = ThreadQuerySet.as_manager()
    not_displayed = frozenset({"removed_at", "merged_into", "has_public_title"})
    displayed_relations = (
        "space__slug", "space__name", "space__name_en", "space__audience", "space__group_id",
        "space__college_id", "space__college__name", "space__college__name_en",
        "space__college__colour", "topic__slug", "topic__name", "topic__name_en",
        "space__holds_first_posts", "space__mail_content", *BYLINE_FIELDS,
        "assignee__person__full_name",
    )  # fmt: skip
    inbox_columns = "space_id, topic_id, kind, is_locked, accepted_id, settled_at, removed_at"
    # The animator dashboard has the questions that nobody answers.
    inbox_watches = (
        InboxWatch(
            "animators",
            columns="is_locked, settled_at, kind, removed_at",
            when="NEW.kind = 'question'",
        ),
    )
    not_exported = {"author": "its words are its first post, which is exported"}
    private_rows = False
    searched_texts = {"title": "author"}

    class Meta:
        verbose_name = _("fil")
        # Each order ends with the spaces, which say who sees a thread, and with what is
        # filtered besides, so that a page is found in the index alone, however deep it is.
        indexes = [
            models.Index(*_PLACED, condition=_LISTED, name="thread_by_activity"),
            models.Index("topic", *_PLACED, "kind", condition=_LISTED, name="thread_by_topic"),
            models.Index("space", *_ORDER, condition=_LISTED, name="thread_by_space"),
            models.Index("kind", *_PLACED, "topic", condition=_LISTED, name="thread_by_kind"),
            # Every list says how many questions wait: few, among all there ever were.
            models.Index(*_PLACED, "topic", condition=_WAITING, name="thread_unanswered"),
            models.Index(*_PLACED, "topic", condition=_RESOLVED, name="thread_resolved"),
            models.Index("topic", *_PLACED, condition=_RESOLVED,
                         name="thread_resolved_by_topic"),
            models.Index("merged_into", condition=MERGED, name="thread_merged"),
            models.Index(*_ORDER[1:], condition=Q(has_public_title=True),
                         name="thread_public_title"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The URL of the thread's page, where the id is what counts."""
        slug = slug_of(self.title)[:80].strip("-") or "fil"
        return reverse("thread", args=[self.pk, slug])

    @property
    def page_taggings(self) -> list[Tagging]:
        """Its taggings with their tags, for its own page."""
        return taggings_of(self.pk)

    head_parts = property(head_parts)

    @property
    def reply_count(self) -> int:
        """The number of replies that are shown."""
        return max(0, self.post_count - 1 - self.removed_reply_count)

    @property
    def last_page(self) -> int:
        """The number of the last page of posts."""
        return page_of_post(max(1, self.post_count))


class Post(Editable, Holdable, Movable, Undoable, Addressable):
    """What one person wrote in a thread. Its ``number`` there, from 1, never changes."""

    # No indexes of their own: those below begin with the thread, the author and the seat.
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", db_index=False
    )
    seat = models.ForeignKey(
        "accounts.Seat", models.SET_NULL, null=True, related_name="posts", db_index=False
    )
    text = models.TextField()
    html = models.TextField(editable=False)
    idempotency_key = models.UUIDField(editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hiding_reason = models.CharField(_("motif"), max_length=300, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    #: The move of its thread to more readers that its author has not agreed to, if any.
    withheld_move = models.ForeignKey(
        "forum.ThreadMove", models.RESTRICT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    #: Whether its thread says so; only the trigger of
    #: ``forum/conversation/threads/triggers.py`` writes it.
    is_accepted = models.BooleanField(default=False, editable=False)
    source = models.TextField(default="", db_default="", editable=False)  # See triggers.py.
    #: What it shows of its files, as JSON; the actions of ``forum/conversation/files/`` write
    #: it.
    files = models.TextField(default="", db_default="", editable=False)
    thank_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    #: Whether the action that returned it found it there: its words were sent again.
    was_posted_before = False
    #: Set by the queries that ask for it.
    shown_html: str

    objects = PostQuerySet.as_manager()
    #: Whatever other column there is belongs to what pages show of a post.
    not_displayed = frozenset({"text", "html", "idempotency_key", "hidden_by", "hiding_reason",
                               "restored_at", "is_accepted", "held_for",
                               "approved_at", "source"})  # fmt: skip
    displayed_relations = *BYLINE_FIELDS, *EDITOR_FIELDS, "seat__departed_at", "seat__ended_at"

    export_sections = (
        ExportSection(
            "posts",
            "author",
            "thread number text organisation=seat__organisation__name created_at edited_at"
            " hidden_at hiding_reason restored_at held_at held_for approved_at",
            condition=Q(deleted_at=None),
            order_by="-created_at",
            words={"edited_by": "text"},
        ),
        EDITED_POSTS,
    )
    not_exported = {"hidden_by": "a decision about someone else, who exports it"}
    privacy_notices = (
        PrivacyNotice(
            _("Vos messages"),
            _("Les montrer aux lecteurs de l’espace choisi : contrat"),
            _("Jusqu’à ce que vous les supprimiez ; votre compte fermé, sans votre nom"),
            position=6,
        ),
    )
    inbox_columns = (
        "hidden_at, restored_at, deleted_at, held_at, approved_at, withheld_move_id, thread_id"
    )
    inbox_watches = (
        InboxWatch("author", columns=inbox_columns),
        InboxWatch(
            "author edited_by",
            columns="edited_at",
            when="NEW.edited_by_id IS NOT NULL OR OLD.edited_by_id IS NOT NULL",
        ),
        InboxWatch(
            "author",
            of="thread",
            columns="space_id",
            when="OLD.space_id <> NEW.space_id",
            rows=Q(hidden_at__isnull=False) | Q(restored_at__isnull=False),
        ),
        # The animator dashboard has what is held, and the questions that nobody answers.
        InboxWatch("animators", on="INSERT", when="NEW.held_at IS NOT NULL OR NEW.number = 2"),
        InboxWatch("animators", columns="held_at", when="OLD.held_at IS NOT NULL"),
    )
    private_rows = False
    searched_texts = {"text": "author", "hiding_reason": "hidden_by"}
    texts_kept_when_closed = {
        "html": "made of other texts, and made anew with them",
        "files": "made of other texts, and made anew with them",
        "source": "what programs write",
    }
    export_labels = {
        "edited_posts": _("Messages d’autres que vous avez modifiés"),
        "posts": _("Vos messages"),
        "hiding_reason": _("Motif"),
        "hidden_at": _("Masqué le"),
        "restored_at": _("Rétabli le"),
    }

    class Meta:
        verbose_name = _("message")
        ordering = ["thread", "number"]
        indexes = [
            models.Index(fields=["-created_at"], name="post_by_age"),
            models.Index(fields=["author", "-created_at"], name="post_by_author"),
            models.Index(fields=["seat", "-created_at", "-id"], name="post_by_seat"),
            models.Index("seat", condition=Q(is_accepted=True), name="post_accepted"),
            models.Index("author", condition=MODERATED, name="post_moderated"),
            models.Index("author", condition=WITHHELD, name="post_withheld"),
            models.Index("held_at", condition=HELD, name="post_held"),
            models.Index("author", condition=APPROVED, name="post_approved"),
            models.Index("author", condition=Q(thank_count__gt=0), name="post_thanked"),
            *EDITOR_INDEXES,
            *PLACEHOLDER_INDEXES,
        ]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="post_key"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}, nº {self.number}"

    def get_absolute_url(self) -> str:
        """The permanent URL, which leads to the page that the post is on."""
        return reverse("post", args=[self.pk])

    @property
    def shown_files(self) -> list[ShownFile]:
        """Its files, as it shows them."""
        return read(self.files)

    @property
    def is_shown(self) -> bool:
        """Whether its text is shown. In SQL: ``visibility.shown_posts``."""
        removed = self.hidden_at, self.deleted_at, self.withheld_move_id, self.held_at
        return all(it is None for it in removed)

    def page_url(self) -> str:
        """The URL of the post on its thread's page."""
        page = page_of_post(self.number)
        query = f"?page={page}" if page > 1 else ""
        return f"{self.thread.get_absolute_url()}{query}#post-{self.number}"


def page_of_post(number: int) -> int:
    """The page of the thread that post ``number`` is on."""
    return (number - 1) // PAGE_SIZE + 1
