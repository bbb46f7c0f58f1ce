"""What settles a question: the answer that its asker accepts."""

from django.db import transaction
from django.utils.translation import gettext as _

from forum import events, rules
from forum.rules import refusal_reason, require
from forum.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def accept_answer(post, actor):
    """Mark ``post`` as the answer that settles its thread; return the thread.

    One answer at most: accepting another takes the mark from the first.
    """
    thread = thread_for_update(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    _require_may_accept(actor, thread)
    require(post.number > 1, _("La question n’est pas sa propre réponse."))
    return _set_accepted(thread, post)


@transaction.atomic(durable=True)
def unaccept_answer(thread, actor):
    """Take the mark back: the question is open again. Return the thread."""
    thread = thread_for_update(thread.pk, actor)
    _require_may_accept(actor, thread)
    return _set_accepted(thread, None)


def _require_may_accept(actor, thread):
    why = refusal_reason(actor, thread, _("Qui pose la question retient la réponse."))
    require(rules.may_accept_answer(actor, thread), why)


def _set_accepted(thread, post):
    before = thread.accepted
    if before == post:
        return thread
    thread.accepted = post
    if before and post:
        events.record(thread, before)
    events.record(thread, post or before, changed=["accepted"])
    return thread
