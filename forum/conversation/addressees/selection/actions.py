"""Putting a question to others, once it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import refusal_reason, require
from forum.conversation.addressees.actions import put_to
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.selection.rules import may_ask_others
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def ask_others(
    thread: Thread, actor: Viewer, addressees: Sequence[Addressee]
) -> list[ThreadAddressee]:
    """Put the question ``thread`` to ``addressees`` too; return the new rows.

    Raise Refused as ``put_to`` does, and where it is not for ``actor`` to ask them.
    """
    thread = thread_for_update(thread.pk, actor)
    why = _("C’est à qui pose la question, ou à l’équipe d’animation, d’interroger d’autres.")
    require(may_ask_others(actor, thread), refusal_reason(actor, thread, why))
    rows = put_to(thread, addressees, actor.person_id)
    if not rules.owns_thread(actor, thread):
        person_id, thread_id = thread.author_id, thread.pk
        record_action(
            LoggedAction.ASK_OTHERS, actor.person_id, person_id=person_id, thread_id=thread_id
        )
    events.record(thread)
    return rows
