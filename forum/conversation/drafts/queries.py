"""Drafts as pages show them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.utils.text import Truncator

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.parsing import parse_uuid
from accounts.viewers.viewers import Rights, Viewer
from forum.base import markup
from forum.conversation.drafts.models import PostDraft
from forum.models import Post, Thread

#: Characters of a draft's text that the list of drafts shows.
_EXCERPT_LENGTH = 200


class ShownDraft(NamedTuple):
    """A draft, and where it goes: to a thread, or instead of a post, if one still sees it."""

    draft: PostDraft
    thread: Thread | None
    post: Post | None

    @property
    def is_lost(self) -> bool:
        """Whether what it replies to or edits is not there for its writer."""
        return (self.draft.thread_id or self.draft.post_id) is not None and not self.thread

    @property
    def excerpt(self) -> str:
        """The beginning of the text, on one line, without its markup."""
        words = markup.plain_text(markup.render(self.draft.text[: 2 * _EXCERPT_LENGTH]))
        return Truncator(words).chars(_EXCERPT_LENGTH)


def drafts_of(viewer: Viewer) -> list[ShownDraft]:
    """The drafts of ``viewer`` that were not sent, the latest first, in three queries."""
    drafts = list(PostDraft.objects.visible_to(viewer).unsent())
    edited = {draft.post_id for draft in drafts if draft.post_id}
    posts = Post.objects.visible_to(viewer).filter(pk__in=edited)
    by_post = {post.pk: post for post in posts}
    wanted = {draft.thread_id for draft in drafts if draft.thread_id}
    wanted |= {post.thread_id for post in posts}
    threads = Thread.objects.visible_to(viewer).in_bulk(wanted)
    shown = []
    for draft in drafts:
        post = by_post.get(draft.post_id or 0)
        thread = threads.get(post.thread_id if post else draft.thread_id or 0)
        shown.append(ShownDraft(draft, thread, post))
    return shown


def draft_fields(viewer: Viewer, typed_key: str, **about: int | None) -> dict[str, Any] | None:
    """The initial values of the form that goes on with the draft ``typed_key``; or None.

    ``about``: the ``thread_id`` or ``post_id`` that the form is of; neither for a new thread,
    into which any draft goes whose own place is gone.
    """
    if (key := parse_uuid(typed_key)) is None:
        return None
    drafts = PostDraft.objects.visible_to(viewer).unsent()
    draft = drafts.filter(key=key, **about).first()
    if draft is None:
        return None
    fields = {name: it for name, it in draft.fields.items() if it or name in draft.choices}
    return fields | {"idempotency_key": draft.key, "draft_revision": draft.revision}


def reply_draft_of(person_id: Any) -> dict[str, Subquery]:
    """What adds to a query of threads the ``draft_key`` of the person's latest reply there."""
    drafts = PostDraft.objects.filter(person=person_id, thread=OuterRef("pk")).unsent()
    return {"draft_key": Subquery(drafts.order_by("-saved_at").values("key")[:1])}


def draft_count(viewer: Viewer) -> int:
    """How many drafts ``viewer`` has."""
    return _COUNT.first(viewer.rights, person_id=viewer.person_id or 0) or 0


def _count(rights: Rights, person_id: int) -> QuerySet[PostDraft, Any]:
    own = PostDraft.objects.visible_to(Viewer(*rights, person_id=person_id))
    drafts = own.unsent().order_by()
    counted = drafts.annotate(group=Value(1)).values("group").annotate(number=Count("pk"))
    return counted.values_list("number", flat=True)


_COUNT: CompiledQuery[int] = CompiledQuery(_count, "person_id")
