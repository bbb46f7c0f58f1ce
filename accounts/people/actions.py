"""What a person does to their own account, beside what allauth does."""

from django.utils import timezone

from accounts.people.models import User


def mark_inbox_read(person):
    """All that the inbox of ``person`` holds at this moment is read."""
    User.objects.filter(pk=person.pk).update(inbox_read_at=timezone.now())
