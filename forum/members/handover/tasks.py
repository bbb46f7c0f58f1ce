"""What the worker does about seats that have ended."""

from django.tasks import task

from forum.members.handover.actions import announce_departures


@task()
def announce_ended_seats():
    """Announce to open pages all seats that have ended; return in how many transactions."""
    count = 0
    while announce_departures():
        count += 1
    return count
