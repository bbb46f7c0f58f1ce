"""What people do in threads. With the other ``actions.py``, the only code that writes them.

Each action is one transaction of four steps: lock, ask, write, record. A view parses what
came in and answers with what came out; it neither saves nor asks for permission. Actions
raise DoesNotExist for what the actor cannot see and Refused for what they may not do.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum import events, markup, rules, visibility
from forum.spaces.models import Shelf, Space
from forum.tags.models import Tag, slug_of
from forum.threads.acting import Refused, demand, locked
from forum.threads.models import Post, Thread


class Overtaken(Refused):
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
        return _start(actor, space, topic, kind, title, tags, key, (text, html))
    except IntegrityError:
        return _posted_before(actor, key, text).thread


@transaction.atomic(durable=True)
def _start(actor, space, topic, kind, title, tags, key, words):
    space = Space.objects.visible_to(actor).get(pk=space.pk)
    demand(rules.may_start(actor), _("Signez la charte pour ouvrir un fil."))
    if kind == "announcement":
        demand(rules.may_announce(actor), _("Les annonces viennent de l’équipe d’animation."))
    thread = Thread.objects.create(
        space=space,
        topic=topic,
        kind=kind,
        title=title,
        author_id=actor.person_id,
        seat_id=actor.seat_id,
        post_count=1,
    )
    post = _write(thread, actor, key, words)
    set_tags(thread, tags)
    Shelf.count(space.pk, topic.pk, by=1)
    events.record(thread, post)
    return thread


def post_reply(thread, actor, text, key):
    """Add ``actor``'s reply to ``thread`` and return the post; once, whatever the retries."""
    html = markup.render(text)
    try:
        return _reply(thread.pk, actor, key, (text, html))
    except IntegrityError:
        return _posted_before(actor, key, text)


@transaction.atomic(durable=True)
def _reply(thread_id, actor, key, words):
    thread = locked(thread_id, actor)
    demand(rules.may_reply(actor, thread), _why_no_reply(thread))
    thread.post_count += 1
    post = _write(thread, actor, key, words)
    thread.last_posted_at = post.created_at
    events.record(thread, post, changed=["post_count", "last_posted_at"])
    return post


@transaction.atomic(durable=True)
def edit_post(post, actor, text, version):
    """Replace the text of ``post``, which the editor read at ``version``; return it.

    Raise Overtaken where it has changed since: nobody's words are silently replaced.
    """
    html = markup.render(text)
    thread = locked(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    demand(rules.may_edit(actor, post, thread), _("Vous ne pouvez plus modifier ce message."))
    if post.version != version:
        raise Overtaken(post)
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
    thread = locked(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    demand(rules.may_delete(actor, post), _("Vous ne pouvez supprimer que vos messages."))
    post.deleted_at = timezone.now()
    post.text = post.html = ""
    post.version += 1
    post.save(update_fields=["deleted_at", "text", "html", "version"])
    events.record(thread, post, changed=withdraw_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def revise_thread(thread, actor, *, title, topic, kind, tags):
    """Give ``thread`` another title, topic, kind or tags; return it."""
    thread = locked(thread.pk, actor)
    demand(rules.may_revise(actor, thread), _("Vous ne pouvez pas modifier ce fil."))
    if kind == "announcement" and thread.kind != kind:
        demand(rules.may_announce(actor), _("Les annonces viennent de l’équipe d’animation."))
    if thread.topic_id != topic.pk:
        Shelf.count(thread.space_id, thread.topic_id, by=-1)
        Shelf.count(thread.space_id, topic.pk, by=1)
    thread.title, thread.topic, thread.kind = title, topic, kind
    if kind != "question":
        thread.accepted = None
    set_tags(thread, tags)
    events.record(thread, changed=["title", "topic", "kind", "accepted"])
    return thread


def withdraw_if_empty(thread, post):
    """Take ``thread`` from sight if ``post`` was all it had; the fields that changed."""
    if post.number != 1 or thread.post_count > 1:
        return ["accepted"] if _unaccept(thread, post) else []
    thread.withdrawn_at = timezone.now()
    Shelf.count(thread.space_id, thread.topic_id, by=-1)
    return ["withdrawn_at"]


def _unaccept(thread, post):
    """An answer that no longer stands no longer settles the question."""
    if thread.accepted_id != post.pk:
        return False
    thread.accepted = None
    return True


def set_tags(thread, names):
    """Make ``names`` the thread's tags; spellings of one word are one tag."""
    wanted = {}
    for name in names:
        if slug := slug_of(name):
            wanted.setdefault(slug, name)
    known = {tag.slug: tag for tag in Tag.objects.filter(slug__in=wanted)}
    for slug in wanted.keys() - known.keys():
        known[slug], _new = Tag.objects.get_or_create(
            slug=slug, defaults={"name": wanted[slug]}
        )
    thread.tags.set(known.values(), clear=False)


def _write(thread, actor, key, words):
    text, html = words
    return Post.objects.create(
        thread=thread,
        number=thread.post_count,
        author_id=actor.person_id,
        seat_id=actor.seat_id,
        text=text,
        html=html,
        key=key,
    )


def _posted_before(actor, key, text):
    """What an earlier sending of the same form made, where ``actor`` may see it.

    Raise Refused where that said something else: the answer was lost, the text changed.
    """
    seen = Post.objects.visible_to(actor, visibility.traces).select_related("thread")
    post = seen.get(author_id=actor.person_id, key=key)
    why = _("Votre premier envoi était bien arrivé, avec un autre texte : modifiez-le.")
    demand(post.text == text, why)
    return post


def _why_no_reply(thread):
    if thread.is_locked:
        return _("Ce fil est fermé : on ne peut plus y répondre.")
    return _("Signez la charte pour répondre.")
