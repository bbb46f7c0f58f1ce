"""Carrying on what someone began: their open questions, and what they followed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Seat
from accounts.organisations.actions import lock_organisation
from accounts.organisations.queries import contact_seats
from accounts.organisations.rules import deciding_role
from accounts.viewers.viewers import viewer_of_person
from forum import events
from forum.events import Event
from forum.models import Follow, Post, Thread


def may_hand_over(seat, person):
    """The contact of the organisation, an animator, and who leaves, unless put out by others.

    Who leaves on the day that was said from the beginning leaves by nobody's act.
    """
    if seat.confirmed_at is None:
        return False
    viewer = viewer_of_person(person)
    if deciding_role(viewer, seat.organisation_id):
        return True
    leaves = seat.person_id == person.pk and seat.ended_by_id in (None, person.pk)
    return leaves and viewer.is_registered


def may_change_successor(seat, person):
    """Another than the successor of ``seat`` is named by the contact or an animator only."""
    return deciding_role(viewer_of_person(person), seat.organisation_id) is not None


def possible_successors(seat):
    """The seats that may carry on what ``seat`` began: of others who speak for it today."""
    others = (
        Seat.objects.representing()
        .with_active_holder()
        .filter(organisation=seat.organisation_id)
    )
    return others.exclude(person=seat.person_id)


def open_questions(seat):
    """The questions begun from ``seat``, or that came to it, which nothing has settled yet.

    Those that its successor carries on are among them: they can pass on from there.
    """
    theirs = Q(seat=seat, assignee=None) | Q(assignee=seat)
    if seat.successor_id:
        theirs |= Q(seat__in=_predecessor_ids(seat), assignee=seat.successor_id)
    return Q(theirs, kind="question", accepted=None)


def _predecessor_ids(seat):
    """The ids of ``seat`` and of all the seats whose succession came to it."""
    found, last = set(), {seat.pk}
    while last:
        found |= last
        before = Seat.objects.filter(successor__in=last).values_list("pk", flat=True)
        last = set(before) - found
    return found


@transaction.atomic(durable=True)
def hand_over(seat, successor, by):
    """``successor`` carries on what ended ``seat`` began; return how many questions passed.

    Both are seats of one organisation, and the holder of ``successor`` speaks for it. What
    they may not see stays where it is. Who leaves stops deciding about these questions, keeps
    their authorship, and where they were the last contact named, the successor is. Naming
    again the same one passes what has not passed; another, named by the contact or an
    animator, takes on what the first still carries. Raise PermissionDenied before the end,
    or to anyone but those two and who leaves.
    """
    lock_organisation(seat.organisation_id)
    held = Seat.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = {row.pk: row for row in held.filter(pk__in=[seat.pk, successor.pk])}
    seat, successor = rows[seat.pk], rows[successor.pk]
    _require_handover_allowed(seat, successor, by)
    if seat.successor_id not in (None, successor.pk) and not may_change_successor(seat, by):
        raise PermissionDenied(_("Un successeur est déjà nommé."))
    viewer, passing = viewer_of_person(successor.person), open_questions(seat)
    if seat.successor_id != successor.pk:
        seat.successor, seat.handed_over_at = successor, timezone.now()
        seat.save(update_fields=["successor", "handed_over_at"])
        _pass_follows(seat, successor, viewer)
    # Who leaves names the next contact only where none is named any more.
    named = contact_seats(seat.organisation_id).filter(is_contact=True)
    if seat.is_contact and not named.exists():
        successor.is_contact = True
        successor.save(update_fields=["is_contact"])
    return _pass_questions(passing, successor, viewer)


#: Seats, and posts of theirs, that are told of in one transaction.
_SEAT_BATCH, _POST_BATCH = 20, 500


def announce_departures():
    """Tell open pages that seats have ended; return whether there was anything to tell.

    A page that is loaded says "former member" from the end on by itself. One that is open
    learns it from here: whoever keeps pages true calls this now and then, and whoever ends a
    mandate at once. One call is one short transaction: who wrote much is told of in several,
    each of which goes on from where the log says that the last one stopped.
    """
    return (
        _ended_seats().exists() and _announce_ended_seats()
    )  # Nearly always: asked without any lock.


def _ended_seats():
    return Seat.objects.filter(departed_at=None, ended_at__lte=timezone.now())


@transaction.atomic(durable=True)
def _announce_ended_seats():
    seats = list(
        _ended_seats().select_for_update(of=("self",), no_key=True, skip_locked=True)
        .order_by("pk")[:_SEAT_BATCH]
    )  # fmt: skip
    if not seats:
        return False
    untold = list(_unannounced_posts(seats)[: _POST_BATCH + 1])
    _announce_posts(untold[:_POST_BATCH])
    left = [post.seat_id for post in untold[_POST_BATCH:]]  # Seats are told of in order:
    done = [seat.pk for seat in seats if not left or seat.pk < left[0]]  # these, wholly.
    Seat.objects.filter(pk__in=done).update(departed_at=timezone.now())
    return True


def _unannounced_posts(seats):
    """The posts of ``seats`` that no open page was asked to look at since their end."""
    told = Event.objects.filter(
        post=OuterRef("pk"), recorded_at__gte=OuterRef("seat__ended_at")
    )
    posts = Post.objects.filter(~Exists(told), seat__in=seats)
    return posts.order_by("seat", "thread", "number").only("seat", "thread", "number")


def _announce_posts(posts):
    by_thread = {}
    for post in posts:
        by_thread.setdefault(post.thread_id, []).append(post)
    rows = Thread.objects.filter(pk__in=by_thread).order_by("pk")
    held = rows.select_for_update(of=("self",), no_key=True)
    events.record_all({thread: by_thread[thread.pk] for thread in held})


def _require_handover_allowed(seat, successor, by):
    if not may_hand_over(seat, by):
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


def _pass_questions(passing, successor, viewer):
    found = Thread.objects.visible_to(viewer).filter(passing).exclude(assignee=successor)
    found = found.order_by("pk")
    passed = list(found.select_for_update(of=("self",), no_key=True))
    for thread in passed:
        thread.assignee = successor
        events.record(thread, changed=["assignee"])
    return len(passed)


def _pass_follows(seat, successor, viewer):
    """All that they followed; of who sits elsewhere too, only where this seat wrote.

    That they may not act today, or have yet to sign, makes the rest nobody else's.
    """
    theirs = Follow.objects.visible_to(viewer).filter(person=seat.person)
    if Seat.objects.current().filter(person=seat.person_id).exists():
        theirs = theirs.filter(Q(thread__seat=seat) | Q(thread__posts__seat=seat)).distinct()
    Follow.objects.bulk_create(
        (
            Follow(person=successor.person, thread_id=thread, last_read_number=number)
            for thread, number in theirs.values_list("thread", "last_read_number")
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
