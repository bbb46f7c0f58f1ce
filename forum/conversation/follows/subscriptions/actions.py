"""Subscribing, unsubscribing, and having subscribers follow new threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer, pair_with_viewers, with_viewer_annotations
from forum.base.rules import may_follow, require
from forum.conversation.follows.actions import follow_replies
from forum.conversation.follows.models import QUIET, Channel, Follow, Level
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.follows.subscriptions.queries import (
    SubscriptionTarget,
    is_to,
    known_targets,
    subscriptions_concerned,
)
from forum.models import Thread

#: How many subscriptions a person has at most.
MAX_SUBSCRIPTIONS = 200
_CHANNELS = Channel.MAIL, Channel.DIGEST, Channel.SITE


@transaction.atomic(durable=True)
def subscribe(kind: str, pk: int, actor: Viewer, level: str, channel: str) -> Subscription:
    """Subscribe ``actor`` to the target of this kind and id; twice changes it.

    Raise Refused where they have no account, or too many subscriptions, and the model's
    DoesNotExist where they may know of no such thing.
    """
    require(may_follow(actor), _("Pour suivre, il faut un compte."))
    target = known_targets(actor, kind).get(pk=pk)
    lock_row(User, actor.person_id)
    return _subscribe(actor, SubscriptionTarget(kind, target), level, channel)


@transaction.atomic(durable=True)
def subscribe_to_suggestions(suggestions: Iterable[SubscriptionTarget], actor: Viewer) -> int:
    """Subscribe ``actor`` to all of ``suggestions``, in the digest; return how many."""
    require(may_follow(actor), _("Pour suivre, il faut un compte."))
    lock_row(User, actor.person_id)
    made = [_subscribe(actor, it, Level.FIRST, Channel.DIGEST) for it in suggestions]
    return len(made)


def _subscribe(actor: Viewer, to: SubscriptionTarget, level: str, channel: str) -> Subscription:
    own = Subscription.objects.filter(person=actor.person_id)
    there = own.filter(is_to(to.kind, to.target)).first()
    if there is None:
        require(
            own.count() < MAX_SUBSCRIPTIONS,
            _("Vous avez déjà deux cents abonnements : arrêtez-en un d’abord."),
        )
        there = Subscription(person_id=actor.person_id or 0, **{to.kind: to.target})
    there.level, there.channel = level, channel
    there.save()
    _update_follows(there)
    return there


def _update_follows(subscription: Subscription) -> None:
    """Set the level and channel of the follows that it brought, from here on."""
    brought = Follow.objects.filter(subscription=subscription)
    if subscription.level in QUIET:
        brought.delete()
        return
    if subscription.level == Level.FIRST:
        brought.update(level=Level.FIRST)
    else:
        follow_replies(brought)
    brought.update(channel=subscription.channel)


@transaction.atomic(durable=True)
def unsubscribe(kind: str, target: Model, actor: Viewer) -> None:
    """End the subscription of ``actor`` to ``target``, and the follows that it brought.

    Those that they took up themselves, by following or replying, they go on to follow.
    """
    own = Subscription.objects.filter(is_to(kind, target), person=actor.person_id or 0)
    Follow.objects.filter(subscription__in=own).delete()
    own.delete()


def keep_to_site(person_id: int) -> None:
    """Set the channel of all subscriptions of ``person_id`` to the site: no mail.

    Part of a transaction.
    """
    Subscription.objects.filter(person=person_id).update(channel=Channel.SITE)
    Follow.objects.filter(person=person_id).exclude(channel="").update(channel=Channel.SITE)


def follow_new_threads(threads: Iterable[Thread]) -> None:
    """Have subscribers follow those of the new ``threads`` that they see.

    Part of the transaction that goes on in the log. A follow that is there stays as it is, so
    that a second time changes nothing. ``threads`` are read with their seat.
    """
    for thread in threads:
        by_person: dict[int, list[tuple[Subscription, Viewer]]] = defaultdict(list)
        rows = with_viewer_annotations(subscriptions_concerned(thread), timezone.now())
        for subscription, viewer in pair_with_viewers(rows):
            by_person[subscription.person_id].append((subscription, viewer))
        seen: dict[Rights, bool] = {}
        Follow.objects.bulk_create(
            (
                _follow_of([subscription for subscription, _viewer in pairs], thread)
                for pairs in by_person.values()
                if _is_wanted(pairs) and _sees(pairs[0][1], thread, seen)
            ),
            ignore_conflicts=True,
            batch_size=500,
        )


def _is_wanted(pairs: Iterable[tuple[Subscription, Viewer]]) -> bool:
    return all(subscription.level not in QUIET for subscription, _viewer in pairs)


def _sees(viewer: Viewer, thread: Thread, seen: dict[Rights, bool]) -> bool:
    """Whether ``viewer`` sees the thread, asked once for all who have the same rights."""
    if viewer.rights not in seen:
        rows = Thread.objects.visible_to(viewer).filter(pk=thread.pk)
        seen[viewer.rights] = rows.exists()
    return seen[viewer.rights]


def _follow_of(subscriptions: list[Subscription], thread: Thread) -> Follow:
    """The follow that a person's subscriptions amount to: the most, by the fastest channel."""
    first = min(
        subscriptions,
        key=lambda it: (it.level != Level.ALL, _CHANNELS.index(Channel(it.channel))),
    )
    channels = {it.channel for it in subscriptions}
    return Follow(
        person_id=first.person_id,
        thread=thread,
        level=first.level,
        channel=next(channel for channel in _CHANNELS if channel in channels),
        subscription=first,
    )
