"""Changes of a person's own account, besides those of allauth."""

from datetime import timedelta

from django.utils import timezone

from accounts.users.models import User

#: How exact ``User.seen_at`` is: it is written no oftener.
SEEN_INTERVAL = timedelta(minutes=5)
#: Who looks at a list so long after the last time is on another visit.
VISIT_GAP = timedelta(minutes=30)


def mark_inbox_read(person, until):
    """Mark what the inbox of ``person`` held at the moment ``until`` as read.

    A later moment than now counts as now; what is read already stays read.
    """
    until = min(until, timezone.now())
    User.objects.filter(pk=person.pk, inbox_read_at__lt=until).update(inbox_read_at=until)


def note_visit(person):
    """Note that ``person`` looks at a list; return whether a visit begins with it.

    ``seen_at`` and ``last_visit_at`` of ``person`` are then those of this visit.
    """
    now = timezone.now()
    begins = now - person.seen_at > VISIT_GAP
    if now - person.seen_at < SEEN_INTERVAL:
        return False
    values = {"seen_at": now} | ({"last_visit_at": person.seen_at} if begins else {})
    # Of two pages that open at once, one begins the visit.
    changed = User.objects.filter(pk=person.pk, seen_at=person.seen_at).update(**values)
    for name, value in values.items():
        setattr(person, name, value)
    return bool(changed and begins)
