"""What people do in threads. With the other ``actions.py``, the only code that writes them.

Each action is one transaction of four steps: lock, ask, write, record. A view parses what
came in and answers with what came out; it neither saves nor asks for permission. Actions
raise DoesNotExist for what the actor cannot see and Refused for what they may not do.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base import fast_write
from forum import events, markup, rules, visibility
from forum.follows.actions import follow_own_post
from forum.spaces.models import Space, ThreadCount
from forum.tags.models import Tag, tag_slug
from forum.threads.guards import (
    Refused,
    read_only_reason,
    refusal_reason,
    require,
    thread_for_update,
)
from forum.threads.models import Post, Thread


class ThreadMoved(Refused):
    """The thread went to another space, and so to other readers, while one wrote."""


class EditConflict(Refused):
    """The post changed since the editor read it. ``post`` is how it stands now."""

    def __init__(self, post):
        """Keep what stands, to show beside what was typed."""
        super().__init__(_("Ce message a été modifié depuis que vous l’avez ouvert."))
        self.post = post


def start_thread(actor, *, space, topic, kind, title, text, tags, key):
    """Open a thread in ``space`` with a first post, and return the thread.

    The same ``key`` and text twice give the same thread: a double click posts once.
    """
    html = markup.render(text)
    try:
        return _create_thread(actor, space, topic, kind, title, tags, key, (text, html))
    except IntegrityError:
        return _earlier_post(actor, key, text).thread


@transaction.atomic(durable=True)
def _create_thread(actor, space, topic, kind, title, tags, key, words):
    space = Space.objects.visible_to(actor).get(pk=space.pk)
    require(rules.may_start_thread(actor), _("Signez la charte pour ouvrir un fil."))
    require(rules.may_start_thread(actor, space), read_only_reason(space))
    if kind == "announcement":
        require(
            rules.may_post_announcement(actor),
            _("Les annonces viennent de l’équipe d’animation."),
        )
    thread = Thread.objects.create(
        space=space,
        topic=topic,
        kind=kind,
        title=title,
        author_id=actor.person_id,
        seat_id=actor.seat_id,
        post_count=1,
    )
    post = _create_post(thread, actor, key, words)
    set_tags(thread, tags)
    ThreadCount.add({(space.pk, topic.pk): 1})
    events.record(thread, post)
    return thread


def post_reply(thread, actor, text, key, audience=None):
    """Add ``actor``'s reply to ``thread`` and return the post; once, whatever the retries.

    ``audience`` is the id of the space that the writer was told of; raise Readdressed
    where the thread is no longer there.
    """
    html = markup.render(text)
    try:
        return _create_reply(thread.pk, actor, key, audience, (text, html))
    except IntegrityError:
        return _earlier_post(actor, key, text)


@transaction.atomic(durable=True)
def _create_reply(thread_id, actor, key, audience, words):
    thread = thread_for_update(thread_id, actor)
    _require_same_space(thread, audience)
    require(
        rules.may_reply(actor, thread), refusal_reason(actor, thread, _no_reply_reason(thread))
    )
    thread.post_count += 1
    post = _create_post(thread, actor, key, words)
    thread.last_posted_at = post.created_at
    events.record(thread, post, changed=["post_count", "last_posted_at"])
    return post


@transaction.atomic(durable=True)
def edit_post(post, actor, text, version, audience=None):
    """Replace the text of ``post``, which the editor read at ``version``; return it.

    Raise Overtaken where it has changed since: nobody's words are silently replaced; and
    Readdressed where its readers are no longer those of space ``audience``.
    """
    html = markup.render(text)
    thread = thread_for_update(post.thread_id, actor)
    _require_same_space(thread, audience)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    why = refusal_reason(actor, thread, _("Vous ne pouvez plus modifier ce message."))
    require(rules.may_edit_post(actor, post, thread), why)
    if post.version != version:
        raise EditConflict(post)
    post.text, post.html = text, html
    post.version += 1
    post.edited_at = timezone.now()
    post.save(update_fields=["text", "html", "version", "edited_at"])
    events.record(thread, post)
    return post


@transaction.atomic(durable=True)
def delete_post(post, actor):
    """Take back one's own post; a line stays in its place. Return the thread.

    A thread whose opening is taken back before any reply leaves with it.
    """
    thread = thread_for_update(post.thread_id, actor)
    post = thread.posts.visible_to(actor, visibility.deletable_posts).get(pk=post.pk)
    require(rules.may_delete_post(actor, post), _("Vous ne pouvez supprimer que vos messages."))
    post.deleted_at = timezone.now()
    post.text = post.html = ""
    post.version += 1
    post.save(update_fields=["deleted_at", "text", "html", "version"])
    events.record(thread, post, changed=remove_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def edit_thread(thread, actor, *, title, topic, kind, tags):
    """Give ``thread`` another title, topic, kind or tags; return it."""
    thread = thread_for_update(thread.pk, actor)
    why = refusal_reason(actor, thread, _("Vous ne pouvez pas modifier ce fil."))
    require(rules.may_edit_thread(actor, thread), why)
    if kind == "announcement" and thread.kind != kind:
        require(
            rules.may_post_announcement(actor),
            _("Les annonces viennent de l’équipe d’animation."),
        )
    before = thread.topic_id
    thread.title, thread.topic, thread.kind = title, topic, kind
    if kind != "question":
        thread.accepted = None
    set_tags(thread, tags)
    if before != topic.pk:
        ThreadCount.add({(thread.space_id, before): -1, (thread.space_id, topic.pk): 1})
    events.record(thread, changed=["title", "topic", "kind", "accepted"])
    return thread


def remove_if_empty(thread, post):
    """Take ``thread`` from sight if ``post`` was all it had; the fields that changed."""
    if post.number != 1 or thread.post_count > 1:
        return ["accepted"] if _unaccept(thread, post) else []
    thread.removed_at = timezone.now()
    ThreadCount.add({(thread.space_id, thread.topic_id): -1})
    return ["removed_at"]


def _unaccept(thread, post):
    """An answer that no longer stands no longer settles the question."""
    if thread.accepted_id != post.pk:
        return False
    thread.accepted = None
    return True


def set_tags(thread, names):
    """Make ``names`` the thread's tags; spellings of one word are one tag.

    Each thread keeps its own spelling: the first to write a word may have done so in a
    room that others do not read.
    """
    wanted = {}
    for name in names:
        if slug := tag_slug(name):
            wanted.setdefault(slug, name)
    thread.taggings.exclude(tag__slug__in=wanted).delete()
    for slug, name in sorted(wanted.items()):
        tag, _new = Tag.objects.get_or_create(slug=slug, defaults={"name": slug})
        thread.taggings.update_or_create(tag=tag, defaults={"name": name})


def _create_post(thread, actor, key, words):
    text, html = words
    post = Post(
        thread=thread,
        number=thread.post_count,
        author_id=actor.person_id,
        seat_id=actor.seat_id,
        text=text,
        html=html,
        key=key,
    )
    fast_write.insert(post)
    follow_own_post(actor, thread.pk, post.number)
    return post


def _earlier_post(actor, key, text):
    """What an earlier sending of the same form made, where ``actor`` may see it.

    Raise Refused where that said something else: the answer was lost, the text changed.
    """
    seen = Post.objects.visible_to(actor, visibility.posts_with_tombstones).select_related(
        "thread"
    )
    post = seen.get(author_id=actor.person_id, key=key)
    why = _("Votre premier envoi était bien arrivé, avec un autre texte : modifiez-le.")
    require(post.text == text, why)
    return post


def _require_same_space(thread, audience):
    if audience and audience != thread.space_id:
        raise ThreadMoved(
            _("Ce fil a changé d’espace : voyez qui le lira désormais, puis renvoyez.")
        )


def _no_reply_reason(thread):
    if thread.is_locked:
        return _("Ce fil est fermé : on ne peut plus y répondre.")
    return _("Signez la charte pour répondre.")
