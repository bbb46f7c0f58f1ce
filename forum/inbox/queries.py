"""What concerns a person, told from what is so: nothing here is a copy that could age.

Each piece of news comes from the row that it is about: a seat that was decided, a version
to sign, a question taken on. So it is right whenever one looks, and gone when it no longer
holds; and publishing a version to thousands of members writes nothing for each.
"""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.charter.queries import pending_signatures
from accounts.models import EmailDomain, Seat
from forum.inbox import space_notifications, sponsor_notifications
from forum.inbox.notification import Notification

MAX_NOTIFICATIONS = 100
#: Before the end of the grace period, besides at its beginning and half-way.
_REMINDERS = (timedelta(days=7), timedelta(days=1))


def notifications_of(person, viewer):
    """The newest pieces of news of ``person``, who looks as ``viewer``; the newest first."""
    now = timezone.now()
    told = [
        one
        for source in NOTIFICATION_SOURCES
        for one in source(person, viewer)
        if one.at <= now
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)[:MAX_NOTIFICATIONS]


def _charter_versions_to_sign(person, _viewer):
    """The version that asks for this person's signature, reminded of as its day nears."""
    for asked in pending_signatures(person):
        if asked.is_refused:
            continue
        end, since = asked.closes_at, asked.newest.published_at
        said = {"name": asked.newest.name, "for": asked.organisation.name,
                "day": formats.date_format(timezone.localtime(end), "j F Y")}  # fmt: skip
        asks = _("La version %(name)s de la charte attend votre signature pour « %(for)s », "
                 "avant le %(day)s.")  # fmt: skip
        moments = {since, since + (end - since) / 2, *(end - before for before in _REMINDERS)}
        for moment in moments:
            if since <= moment < end:
                yield Notification(moment, asks % said, reverse("charter"))
        closed = _("Votre siège pour « %(for)s » n’ouvre plus les espaces des membres depuis "
                   "le %(day)s : la charte a changé. Signez la version %(name)s, et tout se "
                   "rouvre.")  # fmt: skip
        yield Notification(max(end, since), closed % said, reverse("charter"))


def _seat_decisions(person, _viewer):
    """What was decided about the person's own seats."""
    account = reverse("account")
    for seat in Seat.objects.filter(person=person).select_related("organisation"):
        name = {"name": seat.organisation.name, "why": seat.refusal}
        if seat.confirmed_at:
            words = _("Votre siège pour « %(name)s » est confirmé.")
            yield Notification(seat.confirmed_at, words % name, account)
        if seat.refused_at:
            words = _("Votre siège pour « %(name)s » est refusé : %(why)s")
            yield Notification(seat.refused_at, words % name, account)
        if seat.ended_at and seat.confirmed_at and not seat.refused_at:
            words = _("Votre mandat pour « %(name)s » a pris fin.")
            yield Notification(seat.ended_at, words % name, account)


def _handovers_received(person, _viewer):
    """The seats that the person carries on."""
    left = Seat.objects.filter(successor__person=person).select_related(
        "person", "organisation"
    )
    for seat in left.exclude(handed_over_at=None):
        words = _("Vous prenez la suite de %(who)s pour « %(name)s » : ses questions ouvertes "
                  "et ses suivis sont désormais les vôtres.")  # fmt: skip
        said = {"who": seat.person.full_name, "name": seat.organisation.name}
        yield Notification(seat.handed_over_at, words % said, reverse("follows"))


def _contact_notifications(person, viewer):
    """What waits in the organisations whose contact the person is, and what was decided."""
    mine = Seat.objects.contacts().filter(pk__in=viewer.seats).values("organisation")
    waiting = Seat.objects.pending().filter(organisation__in=mine).exclude(person=person)
    for seat in waiting.select_related("person", "organisation"):
        words = _("%(who)s demande un siège pour « %(name)s ».")
        said = {"who": seat.person.full_name, "name": seat.organisation.name}
        yield Notification(seat.started_at, words % said, _seats_url(seat.organisation))
    decided = Q(verified_at__isnull=False) | Q(refused_at__isnull=False)
    for one in EmailDomain.objects.filter(decided, organisation__in=mine).select_related(
        "organisation"
    ):
        words = (
            _("Le domaine %(domain)s est vérifié.")
            if one.verified_at
            else _("Le domaine %(domain)s est refusé : %(why)s")
        )
        said = {"domain": one, "why": one.refusal}
        yield Notification(
            one.verified_at or one.refused_at, words % said, _seats_url(one.organisation)
        )


def _seats_url(organisation):
    return reverse("organisation-seats", args=[organisation.slug])


#: Each takes a person and their viewer and gives News.
NOTIFICATION_SOURCES = (
    _charter_versions_to_sign, _seat_decisions, _handovers_received, _contact_notifications, space_notifications.group_entry_notifications, space_notifications.join_request_notifications,
    space_notifications.break_glass_notifications, sponsor_notifications.sponsor_notifications,
)  # fmt: skip
