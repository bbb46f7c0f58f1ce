"""What settles a question: the answer that its asker accepts."""

from django.db import transaction
from django.utils.translation import gettext as _

from forum import events, rules
from forum.threads.acting import demand, locked, why_not


@transaction.atomic(durable=True)
def accept_answer(post, actor):
    """Mark ``post`` as the answer that settles its thread; return the thread.

    One answer at most: accepting another takes the mark from the first.
    """
    thread = locked(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    _demand_asker(actor, thread)
    demand(post.number > 1, _("La question n’est pas sa propre réponse."))
    return _mark(thread, post)


@transaction.atomic(durable=True)
def withdraw_answer(thread, actor):
    """Take the mark back: the question is open again. Return the thread."""
    thread = locked(thread.pk, actor)
    _demand_asker(actor, thread)
    return _mark(thread, None)


def _demand_asker(actor, thread):
    why = why_not(actor, thread, _("Qui pose la question retient la réponse."))
    demand(rules.may_accept(actor, thread), why)


def _mark(thread, post):
    before = thread.accepted
    if before == post:
        return thread
    thread.accepted = post
    if before and post:
        events.record(thread, before)
    events.record(thread, post or before, changed=["accepted"])
    return thread
