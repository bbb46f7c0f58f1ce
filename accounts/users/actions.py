"""What a person does to their own account, beside what allauth does."""

from django.utils import timezone

from accounts.users.models import User


def mark_inbox_read(person, until):
    """What the inbox of ``person`` held at the moment ``until`` is read, and nothing since.

    A moment to come is now, and what was read once stays read.
    """
    until = min(until, timezone.now())
    User.objects.filter(pk=person.pk, inbox_read_at__lt=until).update(inbox_read_at=until)
