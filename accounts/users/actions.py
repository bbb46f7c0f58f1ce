"""Changes of a person's own account, besides those of allauth."""

from django.utils import timezone

from accounts.users.models import User


def mark_inbox_read(person, until):
    """Mark what the inbox of ``person`` held at the moment ``until`` as read.

    A later moment than now counts as now; what is read already stays read.
    """
    until = min(until, timezone.now())
    User.objects.filter(pk=person.pk, inbox_read_at__lt=until).update(inbox_read_at=until)
