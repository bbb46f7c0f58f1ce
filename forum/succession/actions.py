"""Carrying on what someone began: their open questions, and what they followed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Seat
from accounts.organisations.confirming import contacts_of, hold, is_contact
from accounts.viewers import of_person
from forum import events
from forum.models import Follow, Post, Thread


def may_hand_over(seat, person):
    """The contact of the organisation, an animator, and who leaves by their own choice."""
    if seat.confirmed_at is None:
        return False
    viewer = of_person(person)
    if viewer.is_animator or is_contact(person, seat.organisation_id):
        return True
    leaves = seat.person_id == person.pk and seat.ended_by_id == person.pk
    return leaves and viewer.is_registered


def open_questions(seat):
    """The questions asked or carried on for ``seat`` that wait for an answer to settle them."""
    theirs = Q(seat=seat, keeper=None) | Q(keeper=seat)
    return Q(theirs, kind="question", accepted=None)


@transaction.atomic(durable=True)
def hand_over(seat, successor, by):
    """``successor`` carries on what ended ``seat`` began; return how many questions passed.

    Both are seats of one organisation, and ``successor`` is confirmed. What the successor
    may not see stays where it is. Who leaves stops deciding about these questions, keeps
    their authorship, and where they were the contact, the successor is. Naming again the
    same one is one outcome; raise PermissionDenied for another, before the end, or to
    anyone but the organisation's contact, an animator and who leaves.
    """
    hold(seat.organisation_id)
    held = Seat.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = {row.pk: row for row in held.filter(pk__in=[seat.pk, successor.pk])}
    seat, successor = rows[seat.pk], rows[successor.pk]
    _demand(seat, successor, by)
    if seat.successor_id == successor.pk:
        return 0
    if seat.successor_id:
        raise PermissionDenied(_("Un successeur est déjà nommé."))
    viewer = of_person(successor.person)
    seat.successor, seat.handed_over_at = successor, timezone.now()
    seat.save(update_fields=["successor", "handed_over_at"])
    # Who leaves names the next contact only where nobody is left to do so.
    if seat.is_contact and not contacts_of(seat.organisation_id).exists():
        successor.is_contact = True
        successor.save(update_fields=["is_contact"])
    _pass_follows(seat, successor, viewer)
    return _pass_questions(seat, successor, viewer)


#: Seats whose end is marked beside what they wrote, at a time.
_AT_A_TIME = 20


def mark_departures():
    """Mark what ended seats wrote as a former member's, on open pages too; return how many.

    A mandate ends by itself, and nobody acts then: whoever keeps pages true calls this now
    and then, and whoever ends a mandate calls it at once. The mark and the news of it are of
    one transaction, so a page that is brought up to now shows what a reload would.
    """
    return _mark() if _over().exists() else 0  # Nearly always: asked without any lock.


def _over():
    return Seat.objects.filter(departed_at=None, ended_at__lte=timezone.now())


@transaction.atomic(durable=True)
def _mark():
    seats = list(
        _over().select_for_update(of=("self",), no_key=True, skip_locked=True)
        .order_by("pk")[:_AT_A_TIME]
    )  # fmt: skip
    if seats:
        Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(
            departed_at=timezone.now()
        )
        _tell_of(seats)
    return len(seats)


def _tell_of(seats):
    posts = Post.objects.filter(seat__in=seats).order_by("thread", "number")
    by_thread = {}
    for post in posts.only("thread", "number"):
        by_thread.setdefault(post.thread_id, []).append(post)
    rows = Thread.objects.filter(pk__in=by_thread).order_by("pk")
    for thread in rows.select_for_update(of=("self",), no_key=True):
        for post in by_thread[thread.pk]:
            events.record(thread, post)


def _demand(seat, successor, by):
    if not may_hand_over(seat, by):
        raise PermissionDenied(
            _("Ceci revient au contact de l’organisation ou à l’équipe d’animation.")
        )
    if not seat.is_over:
        raise PermissionDenied(_("Ce mandat n’a pas encore pris fin."))
    confirmed = Seat.objects.confirmed().filter(pk=successor.pk).exists()
    is_of_it = successor.organisation_id == seat.organisation_id
    if not (confirmed and is_of_it and successor.person_id != seat.person_id):
        raise PermissionDenied(_("Le successeur siège, confirmé, dans la même organisation."))


def _pass_questions(seat, successor, viewer):
    found = Thread.objects.visible_to(viewer).filter(open_questions(seat)).order_by("pk")
    passed = list(found.select_for_update(of=("self",), no_key=True))
    for thread in passed:
        thread.keeper = successor
        events.record(thread, changed=["keeper"])
    return len(passed)


def _pass_follows(seat, successor, viewer):
    """All that they followed; of who still sits elsewhere, only where this seat wrote."""
    theirs = Follow.objects.visible_to(viewer).filter(person=seat.person)
    if of_person(seat.person).seats:
        theirs = theirs.filter(Q(thread__seat=seat) | Q(thread__posts__seat=seat)).distinct()
    Follow.objects.bulk_create(
        (
            Follow(person=successor.person, thread_id=thread, read_number=number)
            for thread, number in theirs.values_list("thread", "read_number")
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
