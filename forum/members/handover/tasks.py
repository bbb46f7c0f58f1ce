"""What the worker does about seats that have ended."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.members.handover.actions import announce_departures


@scheduled(_("Dire aux pages ouvertes quels mandats ont pris fin"), every=60)
@task()
def announce_ended_seats() -> int:
    """Announce to open pages all seats that have ended; return in how many transactions."""
    count = 0
    while announce_departures():
        count += 1
    return count
