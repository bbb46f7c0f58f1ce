"""Undoing what was just sent.

One transaction of four steps; it raises, as those that write posts do
(``forum/conversation/threads/actions.py``).
"""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.author_records.middleware import SOURCE
from accounts.viewers.viewers import Viewer
from forum.base import events, visibility
from forum.base.rules import Refused, require
from forum.base.search_index.actions import forget_posts
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.actions import return_files
from forum.conversation.follows.actions import forget_follow_of_post
from forum.conversation.threads.edits.actions import remove_if_empty
from forum.conversation.threads.models import Post
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.thread_parts import undo_parts
from forum.conversation.threads.undo import queries
from forum.conversation.threads.undo.rules import may_undo_post


@transaction.atomic(durable=True)
def undo_post(post: Post, actor: Viewer) -> PostDraft | None:
    """Take ``post``, which ``actor`` just sent, away; return the draft that it becomes.

    Its number stays, and no page shows that there was one. Where it begins a thread, that is
    removed. Undone before, it is left as it is; None where its draft is sent or deleted.

    Raise Refused where somebody has written after it, or where it was sent too long ago.
    """
    rule = visibility.threads_with_removed
    thread = thread_for_update(post.thread_id, actor, rule, writes=False)
    post = thread.posts.visible_to(actor, queries.just_sent_posts).get(pk=post.pk)
    own = PostDraft.objects.visible_to(actor)
    if post.is_undone:
        return own.unsent().filter(key=queries.draft_key_of(post)).first()
    if queries.has_later_post(thread, post):
        raise Refused(_("Quelqu’un a déjà écrit après vous : votre message reste publié."))
    require(may_undo_post(actor, post, thread), _too_late_message())
    # What was kept while it was typed is not what was sent.
    own.filter(key=post.idempotency_key).delete()
    draft = queries.draft_of(post, thread)
    draft.save()
    return_files(post, draft)
    if post.number == 1:
        undo_parts(thread)
    _delete(post)
    forget_posts([post])
    forget_follow_of_post(post)
    thread.last_posted_at = queries.last_posted_before(thread, post)
    changed = ["last_posted_at", *remove_if_empty(thread, post)]
    events.record(thread, post, changed=changed)
    return draft


def _delete(post: Post) -> None:
    """Delete the text; whoever sends the form once more, from its history, sends it anew."""
    post.deleted_at, post.is_undone, post.source = timezone.now(), True, SOURCE.get()
    post.text = post.html = ""
    post.version += 1
    fields = ["deleted_at", "is_undone", "text", "html", "version", "source", "files"]
    post.idempotency_key = uuid4()
    post.save(update_fields=[*fields, "idempotency_key"])


def _too_late_message() -> str:
    return _("Il est trop tard pour annuler l’envoi. Vous pouvez supprimer votre message.")
