"""Posts that may be undone, the drafts that they become, and what a thread was before them."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.apps import apps
from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.base.translations import translated
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.addressees.addressee import VALUE_SEPARATOR, values_of
from forum.conversation.addressees.models import Origin, ThreadAddressee
from forum.conversation.drafts.models import PostDraft
from forum.conversation.threads.models import Post, Thread


def just_sent_posts(viewer: Viewer, prefix: str = "") -> Q:
    """The viewer's own posts that are shown, and those that they undid."""
    own = Q((f"{prefix}author", viewer.person_id or 0))
    return own & (visibility.posts(viewer, prefix) | Q((f"{prefix}is_undone", True)))


def just_sent_post_of(person_id: Any) -> dict[str, Subquery]:
    """What adds to a query of threads ``last_own_id``: the last post, if it is the person's."""
    posts = apps.get_model("forum", "Post").objects.filter(visibility.shown_posts())
    last = posts.filter(author=person_id, thread=OuterRef("pk"), number=OuterRef("post_count"))
    return {"last_own_id": Subquery(last.values("pk"))}


def has_later_post(thread: Thread, post: Post) -> bool:
    """Whether somebody has written after ``post``, and did not undo that."""
    if thread.post_count == post.number:
        return False
    return thread.posts.filter(number__gt=post.number, is_undone=False).exists()


def last_posted_before(thread: Thread, post: Post) -> datetime:
    """When ``thread`` was last brought forward before ``post``, by a reply or as it began."""
    before = thread.posts.filter(number__gt=1, number__lt=post.number, is_undone=False)
    shown = before.filter(Q(held_for="") | Q(approved_at__isnull=False))
    at: datetime | None = shown.aggregate(at=Max(Coalesce("approved_at", "created_at")))["at"]
    return at or thread.created_at


def draft_key_of(post: Post) -> UUID:
    """The key of the draft that ``post`` becomes, whenever it is asked for."""
    return uuid5(NAMESPACE_OID, f"draft of undone post {post.pk}")


def draft_of(post: Post, thread: Thread) -> PostDraft:
    """What was typed and chosen for ``post``, as a draft that is not saved yet."""
    choices: dict[str, str | int | None] = {"seat": post.seat_id}
    draft = PostDraft(person_id=post.author_id, key=draft_key_of(post), text=post.text)
    if post.number > 1:
        draft.thread = thread
    else:
        draft.title = thread.title
        draft.tags = ", ".join(translated(it, "name") for it in thread.taggings.all())
        choices |= {"kind": thread.kind, "topic": thread.topic.slug}
        choices |= {"space": thread.space.slug, "addressee": _addressee_values(thread)}
    draft.choices = {name: str(value) for name, value in choices.items() if value}
    return draft


def _addressee_values(thread: Thread) -> str:
    """Whom the question was put to, as forms name them: values of ``Addressee``, joined."""
    rows = ThreadAddressee.objects.filter(thread=thread, origin=Origin.ASKER).order_by("pk")
    return VALUE_SEPARATOR.join(values_of(rows.select_related("organisation", "territory")))
