"""Editing and deleting posts, editing threads.

Each is one transaction of four steps, and raises, as those of
``forum/conversation/threads/actions.py``.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.author_records.middleware import SOURCE
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules, visibility
from forum.base.rules import Refused, refusal_reason, require
from forum.base.search_index.actions import forget_posts, index_thread, reindex_post
from forum.base.spaces.models import ThreadCount, Topic
from forum.conversation.files.actions import Attachment, delete_post_files, give_files
from forum.conversation.mentions.actions import RenderedPost, render_post, set_mentions
from forum.conversation.mentions.quotations import require_quotable
from forum.conversation.tags.actions import set_tags
from forum.conversation.tags.models import tag_slug
from forum.conversation.threads.edits.queries import editable_posts, is_sheet_of_several
from forum.conversation.threads.held_edits.actions import (
    drop_held_edit,
    hold_edit,
    take_files_away,
)
from forum.conversation.threads.held_edits.models import EditedPart
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import EditConflict, reason_to_hold, thread_for_update
from forum.conversation.threads.revisions.actions import keep_text, keep_title
from forum.conversation.threads.settlements.actions import end_settlement
from forum.conversation.threads.shown_readers import require_shown_readers
from forum.conversation.threads.undo.queries import has_later_post


def edit_post(
    post: Post,
    actor: Viewer,
    text: str,
    version: int,
    shown_readers: str = "",
    files: Sequence[Attachment] | None = None,
    reason: str = "",
) -> Post:
    """Replace the text of ``post``, which the editor read at ``version``; return it.

    And its ``files`` by these, unless they are None. What it said is kept, with ``reason``,
    for who reads the post. Of someone whose posts wait so does the edit (``held_edits/``).

    Who edits a wiki post of another leaves its files, and whom they name is not told: that
    would be in its author's name. Raise EditConflict where it has changed since, and
    ReadersChanged where others read it than the form showed in ``shown_readers``.
    """
    # Before the transaction: on SQLite nobody else writes while it lasts.
    body = render_post(text, actor, post.thread, post.idempotency_key)
    return _edit(post, actor, text, body, version, shown_readers, files, reason)


@transaction.atomic(durable=True)
def _edit(
    post: Post,
    actor: Viewer,
    text: str,
    body: RenderedPost,
    version: int,
    shown_readers: str,
    files: Sequence[Attachment] | None,
    reason: str,
) -> Post:
    thread = thread_for_update(post.thread_id, actor)
    require_shown_readers(thread.space, shown_readers)
    post = thread.posts.visible_to(actor, editable_posts).get(pk=post.pk)
    why = _("Vous ne pouvez plus modifier ce message.")
    require(rules.may_edit_post(actor, post, thread), refusal_reason(actor, thread, why))
    if post.version != version:
        raise EditConflict(post)
    require_quotable(actor, body.html, thread.space, post.html)
    held_for = reason_to_hold(actor, thread.space, body.html)
    if held_for and files is not None:
        if take_files_away(post, actor, files):
            events.record(thread, post)
        files = None
    if held_for and post.text != text:
        hold_edit(post, actor, held_for, EditedPart.TEXT, text, version=version, reason=reason)
        return post
    drop_held_edit(post, actor, EditedPart.TEXT)
    is_own = rules.is_author(actor, post)
    if not (is_own or post.text != text):
        return post
    if files is not None and is_own:
        give_files(post, actor, files)
    replace_text(post, actor, text, body, reason)
    events.record(thread, post)
    return post


def replace_text(
    post: Post,
    actor: Viewer,
    text: str,
    body: RenderedPost,
    reason: str = "",
    source: str | None = None,
) -> None:
    """Set the ``text`` of ``post``, rendered as ``body``; store the former, with ``reason``.

    Part of the transaction that edits it, with its thread locked. ``source``: where it was
    written, if not in this request.
    """
    is_own = rules.is_author(actor, post)
    # The author makes another's words theirs.
    if post.text != text or post.edited_by_id is not None:
        keep_text(post, actor, reason)
        post.edited_by_id = None if is_own else actor.person_id
    post.text, post.html = text, body.html
    post.version += 1
    post.edited_at = timezone.now()
    post.source = SOURCE.get() if source is None else source
    post.save(update_fields=["text", "html", "version", "edited_at", "edited_by", "source"])
    set_mentions(post, body, notifies=is_own)
    reindex_post(post)


@transaction.atomic(durable=True)
def set_wiki(post: Post, actor: Viewer, is_wiki: bool) -> Post:
    """Make ``post`` a wiki post, or one that its author alone edits; return it."""
    thread = thread_for_update(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    if is_wiki:
        why = _("C’est à l’auteur d’un message de l’ouvrir à la modification de tous.")
        may = rules.may_make_wiki(actor, post, thread)
    else:
        why = _("Vous ne pouvez pas refermer ce message.")
        may = rules.may_end_wiki(actor, post, thread)
    require(may, refusal_reason(actor, thread, why))
    if post.is_wiki == is_wiki:
        return post
    post.is_wiki = is_wiki
    post.save(update_fields=["is_wiki"])
    if not rules.is_author(actor, post):
        record_action(
            LoggedAction.CLOSE_WIKI,
            actor.person_id,
            person_id=post.author_id,
            thread_id=thread.pk,
            post_id=post.pk,
        )
    events.record(thread, post)
    return post


@transaction.atomic(durable=True)
def delete_post(post: Post, actor: Viewer) -> Thread:
    """Delete the text of one's own post, leaving its number and a line; return the thread.

    A thread whose first post is deleted before any reply is removed with it. Raise Refused of a
    sheet that others write, too: it would go with its post.
    """
    thread = thread_for_update(post.thread_id, actor, writes=False)
    post = thread.posts.visible_to(actor, visibility.deletable_posts).get(pk=post.pk)
    require(rules.may_delete_post(actor, post), _("Vous ne pouvez supprimer que vos messages."))
    words = _("D’autres ont écrit cette fiche avec vous : elle ne se supprime pas sans eux. "
              "L’équipe d’animation peut la masquer.")  # fmt: skip
    require(not is_sheet_of_several(post, thread), words)
    post.deleted_at, post.source = timezone.now(), SOURCE.get()
    post.text = post.html = ""
    post.version += 1
    delete_post_files(post)
    post.save(update_fields=["deleted_at", "text", "html", "version", "source", "files"])
    forget_posts([post])
    events.record(thread, post, changed=remove_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def edit_thread(
    thread: Thread,
    actor: Viewer,
    *,
    title: str,
    topic: Topic,
    kind: str,
    tags: Iterable[str],
    reason: str = "",
) -> Thread:
    """Set the title, topic, kind and tags of ``thread``; return it.

    The title that it had is kept, with ``reason``. Of someone whose posts wait so do the words,
    and what is chosen is set.
    """
    thread = thread_for_update(thread.pk, actor)
    if not rules.may_edit_thread(actor, thread):
        raise Refused(refusal_reason(actor, thread, _("Vous ne pouvez pas modifier ce fil.")))
    is_other_kind = kind != thread.kind
    if kind == "announcement" and is_other_kind:
        rules.require_may_announce(actor)
    words = _("Une fiche d’expérience ouvre ce fil : il reste un retour d’expérience.")
    require(not (is_other_kind and thread.has_sheet), words)
    title, tags = _words_to_set(thread, actor, title, list(tags), reason)
    if not rules.owns_thread(actor, thread):
        person_id, thread_id = thread.author_id, thread.pk
        record_action(
            LoggedAction.EDIT_THREAD, actor.person_id, person_id=person_id, thread_id=thread_id
        )
        if title != thread.title:
            thread.retitled_at = timezone.now()
    thread.kind = kind
    if kind != "question":
        thread.accepted = None
        end_settlement(thread)
    changed = ["kind", "accepted", "settled_at", "retitled_at"]
    changed += set_head(thread, actor, title=title, topic=topic, tags=tags, reason=reason)
    events.record(thread, changed=changed)
    if is_other_kind and (shown := list(thread.posts.filter(visibility.shown_posts()))):
        events.record_all({thread: shown})  # What may be done with each is another.
    return thread


def _words_to_set(
    thread: Thread, actor: Viewer, title: str, tags: list[str], reason: str
) -> tuple[str, list[str]]:
    """The title and tags that ``thread`` is given now: those that it has, where new ones wait.

    Tags that are removed, or that it has, are no new words.
    """
    current = {tagging.tag.slug: tagging.name for tagging in thread.taggings.all()}
    is_new = title != thread.title or not {tag_slug(name) for name in tags} <= current.keys()
    held_for = reason_to_hold(actor, thread.space, "") if is_new else ""
    if not held_for:
        drop_held_edit(thread, actor, EditedPart.TITLE)
        return title, tags
    hold_edit(thread, actor, held_for, EditedPart.TITLE, title, tags=tags, reason=reason)
    return thread.title, list(current.values())


def set_head(
    thread: Thread,
    actor: Viewer,
    *,
    title: str,
    topic: Topic,
    tags: Iterable[str],
    reason: str = "",
) -> list[str]:
    """Give ``thread`` this title, topic and tags; return the fields that the caller records.

    Part of the transaction that edits it, with its row locked. The title that it had is kept.
    """
    if title != thread.title:
        keep_title(thread, actor, reason)
        thread.title_edited_at = timezone.now()
    topic_before = thread.topic_id
    thread.title, thread.topic = title, topic
    if topic_before != topic.pk:
        thread.save(update_fields=["topic"])  # First: it moves contribution counts.
    set_tags(thread, tags)
    index_thread(thread)
    if topic_before != topic.pk:
        ThreadCount.add({(thread.space_id, topic_before): -1, (thread.space_id, topic.pk): 1})
    return ["title", "topic", "title_edited_at"]


def remove_if_empty(thread: Thread, post: Post) -> list[str]:
    """Remove ``thread`` if ``post``, no longer shown, was all it had; the fields it changed.

    Otherwise, if ``post`` was its accepted answer, it has none any more.
    """
    if post.number != 1 or has_later_post(thread, post):
        if thread.accepted_id != post.pk:
            return []
        thread.accepted = None
        return ["accepted"]
    if thread.removed_at:  # As where its first post was hidden, or waits.
        return []
    thread.removed_at = timezone.now()
    ThreadCount.add({(thread.space_id, thread.topic_id): -1})
    return ["removed_at"]
