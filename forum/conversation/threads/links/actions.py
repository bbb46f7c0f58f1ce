"""Linking a thread to another, and taking that away.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``). Nothing is recorded: a link is shown to those only
who see both threads, so it is no part of what all open pages of one are told.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.rules import refusal_reason, require
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.conversation.threads.links.rules import may_link, may_say_where_answered, may_unlink
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update

#: Links that lead from one thread.
MAX_LINKS = 20


@transaction.atomic(durable=True)
def link_thread(thread: Thread, actor: Viewer, linked_id: int, kind: LinkKind) -> ThreadLink:
    """Link ``thread`` to the one of the id ``linked_id``, which ``actor`` sees.

    Linked again, it leads there as ``kind`` says now.
    """
    # In the order of their ids: what is being merged is waited for.
    locked = {pk: thread_for_update(pk, actor) for pk in sorted({thread.pk, linked_id})}
    thread, linked = locked[thread.pk], locked[linked_id]
    require(linked.pk != thread.pk, _("C’est ce fil-ci : donnez l’adresse d’un autre."))
    why = refusal_reason(actor, thread, rules.no_reply_reason(thread))
    require(may_link(actor, thread), why)
    own = ThreadLink.objects.filter(thread=thread)
    link = own.filter(linked=linked).first()
    if LinkKind.ANSWERED_IN in (kind, link and link.kind):
        why = _("C’est à qui a posé la question de dire où se trouve la réponse.")
        require(may_say_where_answered(actor, thread), why)
    if link is None:
        too_many = _("Ce fil a déjà vingt liens : retirez-en pour en ajouter.")
        require(own.count() < MAX_LINKS, too_many)
        assert actor.person_id is not None  # Who writes has an account.
        link = ThreadLink(thread=thread, linked=linked, made_by_id=actor.person_id)
    elif link.kind == kind:
        return link
    link.kind = kind
    link.save()
    _log(LoggedAction.LINK_THREAD, actor, thread)
    return link


@transaction.atomic(durable=True)
def unlink_thread(link: ThreadLink, actor: Viewer) -> None:
    """Take ``link`` away."""
    thread_for_update(link.thread_id, actor)
    seen = ThreadLink.objects.visible_to(actor).select_related("thread__space", "linked__space")
    link = seen.get(pk=link.pk)
    require(may_unlink(actor, link), _("Ce lien n’est pas à vous de retirer."))
    link.delete()
    _log(LoggedAction.UNLINK_THREAD, actor, link.thread)


def carry_links(thread: Thread, into: Thread) -> None:
    """Give ``into`` the links from and to ``thread``.

    Part of the transaction that merges ``thread`` into it. Links that it has stay as they are;
    what is no question has its answer in no other thread.
    """
    both = Q(thread=thread, linked=into) | Q(thread=into, linked=thread)
    ThreadLink.objects.filter(both).delete()
    for end, other in ("thread", "linked"), ("linked", "thread"):
        links = ThreadLink.objects.filter(**{end: thread})
        there = ThreadLink.objects.filter(**{end: into})
        links.filter(**{f"{other}__in": list(there.values_list(other, flat=True))}).delete()
        links.update(**{end: into})
    if into.kind != "question":
        ThreadLink.objects.filter(thread=into).update(kind=LinkKind.SEE_ALSO)


def _log(action: LoggedAction, actor: Viewer, thread: Thread) -> None:
    """Note what an animator does to the thread of another."""
    if actor.is_animator and not rules.owns_thread(actor, thread):
        record_action(action, actor.person_id, person_id=thread.author_id, thread_id=thread.pk)
