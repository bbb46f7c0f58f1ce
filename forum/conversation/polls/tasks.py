"""What the worker does about polls by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.consultations.actions import close_due
from forum.conversation.polls.actions import count_closed
from forum.conversation.polls.models import Poll


@scheduled(_("Clore les sondages dont le dernier jour est passé"), every=60)
@task()
def close_polls() -> int:
    """Close the polls whose last day is over and count those that decide; return how many."""
    return close_due(Poll) + count_closed()
