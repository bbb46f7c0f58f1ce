"""Handing over what a seat began, and announcing that seats have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ConfirmationMethod, Seat, User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.actions import lock_organisation
from accounts.organisations.queries import contact_seats
from accounts.organisations.rules import seat_manager_role
from accounts.viewers.viewers import viewer_of_person
from forum.base import events
from forum.base.events import Event
from forum.members.handover.queries import open_questions, possible_successors
from forum.members.handover.rules import may_change_successor, may_hand_over
from forum.models import Follow, Post, Thread

if TYPE_CHECKING:
    from accounts.organisations.querysets import SeatQuerySet
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.querysets import PostQuerySet


#: How many seats, and how many of their posts, one transaction announces.
_SEAT_BATCH, _POST_BATCH = 20, 500


@transaction.atomic(durable=True)
def hand_over(seat: Seat, successor: Seat, actor: User) -> int:
    """``successor`` carries on what the ended ``seat`` began; return how many questions passed.

    Both are seats of one organisation, and the holder of ``successor`` represents it. Threads
    that the holder may not see are not passed. Questions keep their author, who no longer
    decides about them. The holder of ``successor`` follows where ``seat`` wrote. Where
    ``seat`` was the organisation's last named contact, ``successor`` becomes it. Naming the
    same successor again passes what has not passed yet; naming another passes what the first
    still carries.

    Raise PermissionDenied where the seat has not ended, where ``successor`` cannot carry it
    on, and where ``actor`` may not name it (``rules``).
    """
    lock_organisation(seat.organisation_id)
    locked = Seat.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = {row.pk: row for row in locked.filter(pk__in=[seat.pk, successor.pk])}
    seat, successor = rows[seat.pk], rows[successor.pk]
    _require_handover_allowed(seat, successor, actor)
    if seat.successor_id not in (None, successor.pk) and not may_change_successor(seat, actor):
        raise PermissionDenied(_("Un successeur est déjà nommé."))
    viewer, condition = viewer_of_person(successor.person), open_questions(seat)
    if seat.successor_id != successor.pk:
        seat.successor, seat.handed_over_at = successor, timezone.now()
        seat.save(update_fields=["successor", "handed_over_at"])
        _record(seat, actor)
        _follow_threads(seat, successor, viewer)
    named_contacts = contact_seats(seat.organisation_id).filter(is_contact=True)
    if seat.is_contact and not named_contacts.exists():
        successor.is_contact = True
        successor.save(update_fields=["is_contact"])
    return _pass_questions(condition, successor, viewer)


def _record(seat: Seat, actor: User) -> None:
    """Note in the log what an animator did in the stead of the organisation's contact."""
    role = seat_manager_role(viewer_of_person(actor), seat.organisation_id)
    if role == ConfirmationMethod.ANIMATOR and seat.person_id != actor.pk:
        record_action(
            LoggedAction.HAND_OVER,
            actor.pk,
            person_id=seat.person_id,
            organisation_id=seat.organisation_id,
        )


def _require_handover_allowed(seat: Seat, successor: Seat, actor: User) -> None:
    if not may_hand_over(seat, actor):
        raise PermissionDenied(
            _("Ceci revient au contact de l’organisation ou à l’équipe d’animation.")
        )
    if not seat.is_over:
        raise PermissionDenied(_("Ce mandat n’a pas encore pris fin."))
    if not possible_successors(seat).filter(pk=successor.pk).exists():
        raise PermissionDenied(
            _(
                "Le successeur siège dans la même organisation : siège confirmé, charte "
                "signée, compte ouvert."
            )  # fmt: skip
        )


def _pass_questions(condition: Q, successor: Seat, viewer: Viewer) -> int:
    threads = Thread.objects.visible_to(viewer).filter(condition).exclude(assignee=successor)
    locked = list(threads.order_by("pk").select_for_update(of=("self",), no_key=True))
    for thread in locked:
        thread.assignee = successor
        events.record(thread, changed=["assignee"])
    return len(locked)


def _follow_threads(seat: Seat, successor: Seat, viewer: Viewer) -> None:
    """Have the holder of ``successor`` follow the threads in which ``seat`` wrote.

    What it wrote last counts as read, and what came since as new. What the former holder
    follows, and how far they have read, is theirs alone.
    """
    wrote = Post.objects.visible_to(viewer).filter(seat=seat).order_by()
    last = wrote.values("thread").annotate(number=Max("number"))
    Follow.objects.bulk_create(
        (
            Follow(person=successor.person, thread_id=thread, last_read_number=number)
            for thread, number in last.values_list("thread", "number")
        ),
        ignore_conflicts=True,
        batch_size=500,
    )


def announce_departures() -> bool:
    """Announce to open pages that seats have ended; return whether there was any to announce.

    A page that is loaded says "former member" by itself; an open one learns it from here.
    The sockets' processes call this now and then, and so does whoever ends a seat. One call is
    one short transaction: the posts of a seat that has many take several calls, each of which
    starts where the log of events says that the last one stopped.
    """
    # Nearly always there is none, which is found without a lock.
    return _unannounced_seats().exists() and _announce_ended_seats()


def _unannounced_seats() -> SeatQuerySet:
    return Seat.objects.filter(departed_at=None, ended_at__lte=timezone.now())


@transaction.atomic(durable=True)
def _announce_ended_seats() -> bool:
    seats = list(
        _unannounced_seats()
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .order_by("pk")[:_SEAT_BATCH]
    )
    if not seats:
        return False
    posts = list(_unannounced_posts(seats)[: _POST_BATCH + 1])
    _announce_posts(posts[:_POST_BATCH])
    # Posts are in the order of seats: the seats before the first post left out are done.
    remaining = [post.seat_id for post in posts[_POST_BATCH:] if post.seat_id]
    announced = [seat.pk for seat in seats if not remaining or seat.pk < remaining[0]]
    Seat.objects.filter(pk__in=announced).update(departed_at=timezone.now())
    return True


def _unannounced_posts(seats: list[Seat]) -> PostQuerySet:
    """The posts of ``seats`` without an event since the end of their seat."""
    announced = Event.objects.filter(
        post=OuterRef("pk"), recorded_at__gte=OuterRef("seat__ended_at")
    )
    posts = Post.objects.filter(~Exists(announced), seat__in=seats)
    return posts.order_by("seat", "thread", "number").only("seat", "thread", "number")


def _announce_posts(posts: list[Post]) -> None:
    by_thread: dict[int, list[Post]] = {}
    for post in posts:
        by_thread.setdefault(post.thread_id, []).append(post)
    threads = Thread.objects.filter(pk__in=by_thread).order_by("pk")
    locked = threads.select_for_update(of=("self",), no_key=True)
    events.record_all({thread: by_thread[thread.pk] for thread in locked})
